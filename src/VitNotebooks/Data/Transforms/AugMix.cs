using System.Buffers;

namespace VitNotebooks.Data;

/// <summary>
/// AugMix (Hendrycks et al. 2020, arXiv:1912.02781) as torchvision 0.14's <c>AugMix</c>: chains of operations, mixed with Dirichlet shares, mixed with
/// the image. Draws, magnitudes and the mixing in float32 are torchvision's for the same generator. The operations are Pillow's: torchvision turns a
/// Pillow image into a tensor first, whose operations differ from Pillow's in how they round and where they sample.
/// </summary>
/// <param name="Severity">The strongest magnitude that is drawn, 1..10. Default 3.</param>
/// <param name="Width">Chains, at least 1. Default 3.</param>
/// <param name="Depth">Operations a chain, at least 1; 0 draws 1..3 for each chain. Default 0.</param>
/// <param name="Alpha">Concentration of both distributions, above 0. Default 1.</param>
/// <param name="AllOperations">Brightness, colour, contrast and sharpness too, which ImageNet-C has. Default true.</param>
/// <param name="Sampling">Of shear, translation and rotation. Default bilinear.</param>
/// <param name="Fill">What lies outside after these; null is black.</param>
public sealed record AugMix(
    int Severity = 3,
    int Width = 3,
    int Depth = 0,
    double Alpha = 1,
    bool AllOperations = true,
    WarpSampling Sampling = WarpSampling.Bilinear,
    RgbColor? Fill = null
) : Transform
{
    private const int Bins = 10;
    private const int OperationsWithoutEnhancement = 9;

    private static readonly PixelOperation[] Space =
    [
        PixelOperation.ShearX,
        PixelOperation.ShearY,
        PixelOperation.TranslateX,
        PixelOperation.TranslateY,
        PixelOperation.Rotate,
        PixelOperation.Posterize,
        PixelOperation.Solarize,
        PixelOperation.AutoContrast,
        PixelOperation.Equalize,
        PixelOperation.Brightness,
        PixelOperation.Color,
        PixelOperation.Contrast,
        PixelOperation.Sharpness,
    ];

    internal static readonly TorchvisionMagnitudes Magnitudes = new(0.3, 1 / 3.0, 0, 30, 0.9, 4, 4);

    /// <inheritdoc/>
    public override bool KeepsSize => true;

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        Span<float> own = stackalloc float[2];
        random.Dirichlet(Alpha, own);
        var shares = new float[Width];
        random.Dirichlet(Alpha, shares);
        var (width, height) = (image.Width, image.Height);
        var bytes = image.Pixels.Length;
        var original = ArrayPool<byte>.Shared.Rent(bytes);
        var mixed = ArrayPool<float>.Shared.Rent(bytes);
        image.Pixels.CopyTo(original);
        Weigh(original.AsSpan(0, bytes), own[0], mixed, add: false);
        foreach (var share in shares)
        {
            original.AsSpan(0, bytes).CopyTo(image.Reset(width, height));
            Chain(image, random);
            Weigh(image.Pixels, share * own[1], mixed, add: true);
        }
        var pixels = image.Pixels;
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)mixed[i];
        }
        ArrayPool<byte>.Shared.Return(original);
        ArrayPool<float>.Shared.Return(mixed);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        if (Severity is < 1 or > Bins)
        {
            yield return $"Severity is {Severity}, expected 1..{Bins}";
        }
        if (Width < 1)
        {
            yield return $"Width is {Width}, expected at least 1 chain";
        }
        if (Depth < 0)
        {
            yield return $"Depth is {Depth}, expected at least 1, or 0 to draw it";
        }
        if (!(Alpha > 0) || double.IsInfinity(Alpha))
        {
            yield return $"Alpha is {Number(Alpha)}, expected above 0";
        }
        foreach (var fault in FaultsOf(Sampling))
        {
            yield return fault;
        }
    }

    /// <inheritdoc/>
    public override string Describe() =>
        $"AugMix(severity {Severity}, {Width} chains of {(Depth == 0 ? "1..3" : $"{Depth}")}, alpha {Number(Alpha)}, "
        + $"{(AllOperations ? "all operations" : "no enhancement")}, {Name(Sampling)}, fill {Fill ?? RgbColor.Black})";

    private void Chain(PixelBuffer image, TorchRandom random)
    {
        var depth = Depth > 0 ? Depth : (int)random.RandInt(1, 4);
        for (var i = 0; i < depth; i++)
        {
            var operation = Space[random.RandInt(0, AllOperations ? Space.Length : OperationsWithoutEnhancement)];
            double magnitude = 0;
            if (!TorchvisionMagnitudes.IsPlain(operation))
            {
                var index = (int)random.RandInt(0, Severity);
                magnitude = Magnitudes.Of(operation, index, Bins, image.Width, image.Height);
            }
            if (TorchvisionMagnitudes.IsSigned(operation) && random.RandInt(0, 2) == 1)
            {
                magnitude = -magnitude;
            }
            TorchvisionOperations.Apply(image, operation, magnitude, Sampling, Fill ?? RgbColor.Black);
        }
    }

    private static void Weigh(ReadOnlySpan<byte> pixels, float share, float[] mixed, bool add)
    {
        for (var i = 0; i < pixels.Length && i < mixed.Length; i++)
        {
            var weighted = share * pixels[i];
            mixed[i] = add ? mixed[i] + weighted : weighted;
        }
    }
}

using System.Globalization;

namespace VitNotebooks.Data;

/// <summary>
/// RandAugment (Cubuk et al. 2019, arXiv:1909.13719) in timm's form, which DeiT, Swin and the localization paper train with as
/// <c>rand-m9-mstd0.5-inc1</c>: of 15 operations, drawn with replacement, each is applied with probability 0.5, with a level of mean m and deviation mstd,
/// cut to 0..10. Operations and levels are timm 0.4.12's on Pillow images to the bit; its draws come from Python's and numpy's generators: the
/// distribution is theirs, the draws are not.
/// </summary>
/// <param name="Magnitude">Mean level, 0..10. timm's default is 10.</param>
/// <param name="MagnitudeStd">Deviation of the level, at least 0; infinity draws it evenly from 0 to the magnitude. timm's default is 0.</param>
/// <param name="Layers">Operations drawn, at least 0. Default 2.</param>
/// <param name="Increasing">Every operation grows stronger with its level. timm's default is false, where some grow weaker.</param>
/// <param name="Probability">Of each drawn operation, 0..1. Default 0.5.</param>
/// <param name="Sampling">Of shear, translation and rotation; timm takes that of the crop. Default bicubic.</param>
/// <param name="Fill">What lies outside after these; null is ImageNet's mean, 124 116 104.</param>
/// <example><code>Pipeline.Empty.RandomResizedCrop(224).RandomHorizontalFlip().RandAugment("rand-m9-mstd0.5-inc1")</code></example>
public sealed record RandAugment(
    double Magnitude = 10,
    double MagnitudeStd = 0,
    int Layers = 2,
    bool Increasing = false,
    double Probability = 0.5,
    WarpSampling Sampling = WarpSampling.Bicubic,
    RgbColor? Fill = null
) : Transform
{
    internal static readonly PixelOperation[] Space =
    [
        PixelOperation.AutoContrast,
        PixelOperation.Equalize,
        PixelOperation.Invert,
        PixelOperation.Rotate,
        PixelOperation.Posterize,
        PixelOperation.Solarize,
        PixelOperation.SolarizeAdd,
        PixelOperation.Color,
        PixelOperation.Contrast,
        PixelOperation.Brightness,
        PixelOperation.Sharpness,
        PixelOperation.ShearX,
        PixelOperation.ShearY,
        PixelOperation.TranslateX,
        PixelOperation.TranslateY,
    ];

    /// <inheritdoc/>
    public override bool KeepsSize => true;

    /// <summary>
    /// From timm's text: <c>rand</c>, then in any order and joined by dashes m (magnitude), mstd (its deviation), n (layers), p (probability) and
    /// inc1 (increasing), e.g. <c>rand-m9-n3-mstd0.5-inc1</c>.
    /// </summary>
    /// <param name="config">The text.</param>
    /// <exception cref="ArgumentException">All faults of the text, in one sentence.</exception>
    public static RandAugment Parse(string config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var text = new PolicyText(config, "RandAugment", "rand");
        RandAugment parsed = new()
        {
            Magnitude = text.Take("m", 10),
            MagnitudeStd = text.Take("mstd", 0),
            Layers = text.TakeWhole("n", 2),
            Probability = text.Take("p", 0.5),
            Increasing = text.TakeOn("inc"),
        };
        text.Finish(parsed, "m9, mstd0.5, n2, p0.5, inc1");
        return parsed;
    }

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        var scale = Increasing ? TimmOperations.Scale.Increasing : TimmOperations.Scale.Plain;
        for (var i = 0; i < Layers; i++)
        {
            var operation = Space[random.RandInt(0, Space.Length)];
            if (random.UniformDouble() < Probability)
            {
                TimmOperations.ApplyDrawn(
                    image,
                    operation,
                    Magnitude,
                    MagnitudeStd,
                    scale,
                    Sampling,
                    Fill ?? RgbColor.ImageNetMean,
                    random
                );
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        if (!(Magnitude is >= 0 and <= TimmOperations.MaxLevel))
        {
            yield return $"magnitude m is {Number(Magnitude)}, expected 0..10";
        }
        if (!(MagnitudeStd >= 0))
        {
            yield return $"deviation mstd is {Number(MagnitudeStd)}, expected at least 0";
        }
        if (Layers < 0)
        {
            yield return $"layers n is {Layers}, expected at least 0";
        }
        foreach (var fault in FaultsOf(Probability, "probability p"))
        {
            yield return fault;
        }
    }

    /// <inheritdoc/>
    public override string Describe() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"RandAugment(rand-m{Number(Magnitude)}-mstd{Number(MagnitudeStd)}-n{Layers}-p{Number(Probability)}{(Increasing ? "-inc1" : "")}, "
        ) + $"{Name(Sampling)}, fill {Fill ?? RgbColor.ImageNetMean})";
}

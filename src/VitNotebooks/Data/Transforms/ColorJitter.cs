using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>
/// Brightness, contrast, saturation and hue changed at random, in random order: torchvision's <c>ColorJitter</c> on Pillow images, with its order of
/// draws, so that the same generator gives the same bytes. A value v is a factor of max(0, 1 - v)..1 + v; of the hue, a turn of -v..v of the circle.
/// </summary>
/// <param name="Brightness">At least 0; 0 leaves it.</param>
/// <param name="Contrast">At least 0; 0 leaves it.</param>
/// <param name="Saturation">At least 0; 0 leaves it.</param>
/// <param name="Hue">0..0.5; 0 leaves it.</param>
public sealed record ColorJitter(double Brightness = 0, double Contrast = 0, double Saturation = 0, double Hue = 0)
    : Transform,
        IBatchedTransform
{
    // Numbers of an image in a batch: which of the four comes first, second, third, fourth, then the factor of each, of the hue the bytes that it is turned by.
    private const int Kinds = 4;

    /// <inheritdoc/>
    public override bool KeepsSize => true;

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        var order = random.RandPerm(4);
        var brightness = Factor(Brightness, random);
        var contrast = Factor(Contrast, random);
        var saturation = Factor(Saturation, random);
        float? hue = Hue == 0 ? null : random.Uniform(-Hue, Hue);
        foreach (var which in order)
        {
            switch (which)
            {
                case 0 when brightness is { } factor:
                    PointOperations.Brightness(image, factor);
                    break;
                case 1 when contrast is { } factor:
                    PointOperations.Contrast(image, factor);
                    break;
                case 2 when saturation is { } factor:
                    ColorOperations.Color(image, factor);
                    break;
                case 3 when hue is { } turn:
                    ColorOperations.Hue(image, turn);
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public int Draws => 2 * Kinds;

    /// <inheritdoc/>
    public (int Width, int Height) SizeOf(int width, int height) => (width, height);

    /// <inheritdoc/>
    public void Draw(TorchRandom random, int width, int height, Span<float> drawn)
    {
        ArgumentNullException.ThrowIfNull(random);
        var order = random.RandPerm(Kinds);
        for (var i = 0; i < Kinds; i++)
        {
            drawn[i] = order[i];
        }
        drawn[Kinds] = Factor(Brightness, random) ?? 1;
        drawn[Kinds + 1] = Factor(Contrast, random) ?? 1;
        drawn[Kinds + 2] = Factor(Saturation, random) ?? 1;
        drawn[Kinds + 3] = Hue == 0 ? 0 : ColorOperations.TurnOf(random.Uniform(-Hue, Hue));
    }

    /// <inheritdoc/>
    /// <remarks>Each image in its own order. On the CPU the bytes are those of <see cref="Apply(PixelBuffer, TorchRandom)"/>.</remarks>
    public Tensor Apply(Tensor images, Tensor drawn)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(drawn);
        using var scope = NewDisposeScope();
        var current = images;
        for (var place = 0; place < Kinds; place++)
        {
            using var step = NewDisposeScope();
            var which = drawn.select(1, place).to(int64).view(-1, 1);
            var factor = drawn.narrow(1, Kinds, Kinds).gather(1, which).view(-1, 1, 1, 1);
            which = which.view(-1, 1, 1, 1);
            var grey = BatchedColor.Grey(current);
            // Of these three what a factor of 0 leaves: black, the mean grey, each pixel's grey.
            var from = grey.where(which.eq(2), BatchedColor.Mean(grey).where(which.eq(1), zeros_like(grey)));
            var next = BatchedColor.Blend(from, current, factor.where(which.lt(3), ones_like(factor)));
            if (Hue != 0)
            {
                next = BatchedColor.Hue(current, factor).where(which.eq(3), next);
            }
            current = next.MoveToOuterDisposeScope();
        }
        return current.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        (string Name, double Value)[] factors =
        [
            (nameof(Brightness), Brightness),
            (nameof(Contrast), Contrast),
            (nameof(Saturation), Saturation),
        ];
        foreach (var (name, value) in factors)
        {
            if (!(value >= 0) || double.IsInfinity(value))
            {
                yield return $"{name} is {Number(value)}, expected at least 0";
            }
        }
        if (!(Hue is >= 0 and <= 0.5))
        {
            yield return $"Hue is {Number(Hue)}, expected 0..0.5 of the circle";
        }
    }

    /// <inheritdoc/>
    public override string Describe() =>
        $"ColorJitter(brightness {Number(Brightness)}, contrast {Number(Contrast)}, saturation {Number(Saturation)}, hue {Number(Hue)})";

    private static float? Factor(double value, TorchRandom random) =>
        value == 0 ? null : random.Uniform(Math.Max(0, 1 - value), 1 + value);
}

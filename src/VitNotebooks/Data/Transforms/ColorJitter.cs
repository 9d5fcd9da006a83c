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
    : Transform
{
    /// <inheritdoc/>
    public override bool KeepsSize => true;

    /// <inheritdoc/>
    public override void Apply(PixelBuffer image, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        int[] order = random.RandPerm(4);
        float? brightness = Factor(Brightness, random);
        float? contrast = Factor(Contrast, random);
        float? saturation = Factor(Saturation, random);
        float? hue = Hue == 0 ? null : random.Uniform(-Hue, Hue);
        foreach (int which in order)
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
    public override IEnumerable<string> Faults()
    {
        (string Name, double Value)[] factors =
        [
            (nameof(Brightness), Brightness),
            (nameof(Contrast), Contrast),
            (nameof(Saturation), Saturation),
        ];
        foreach ((string name, double value) in factors)
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

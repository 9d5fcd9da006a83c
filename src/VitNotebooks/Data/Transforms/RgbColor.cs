namespace VitNotebooks.Data;

/// <summary>A colour, 8 bits a channel: what is put where a warp finds no pixel.</summary>
/// <param name="R">Red, 0..255.</param>
/// <param name="G">Green, 0..255.</param>
/// <param name="B">Blue, 0..255.</param>
public readonly record struct RgbColor(byte R, byte G, byte B)
{
    /// <summary>0 0 0, torchvision's default.</summary>
    public static RgbColor Black { get; } = new(0, 0, 0);

    /// <summary>128 128 128, timm's default without a mean, and big_vision's.</summary>
    public static RgbColor Grey { get; } = new(128, 128, 128);

    /// <summary>124 116 104, ImageNet's mean, as timm's <c>create_transform</c> fills.</summary>
    public static RgbColor ImageNetMean { get; } = FromMean(ChannelStatistics.ImageNet.Mean);

    /// <summary>A mean in units of 0..1 as a colour: 255 times it, rounded, as timm does.</summary>
    /// <param name="mean">Of red, green and blue, 0..1.</param>
    /// <exception cref="ArgumentException">Not three values of 0..1.</exception>
    public static RgbColor FromMean(IReadOnlyList<float> mean)
    {
        ArgumentNullException.ThrowIfNull(mean);
        if (mean.Count != 3 || mean.Any(m => !(m >= 0 && m <= 1)))
        {
            throw new ArgumentException(
                $"RgbColor.FromMean: {string.Join(' ', mean)} given; expected three values of 0..1, for red, green and blue."
            );
        }
        return new RgbColor(Level(mean[0]), Level(mean[1]), Level(mean[2]));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{R} {G} {B}";

    private static byte Level(float mean) => (byte)Math.Round(255.0 * mean, MidpointRounding.ToEven);
}

namespace VitNotebooks.Data;

/// <summary>Mean and standard deviation of red, green and blue over all pixels of a training set, in units of 0..1.</summary>
/// <param name="Mean">Three values.</param>
/// <param name="Std">Three values.</param>
public sealed record ChannelStatistics(IReadOnlyList<float> Mean, IReadOnlyList<float> Std)
{
    /// <summary>ImageNet's, as every published vision transformer uses them.</summary>
    public static ChannelStatistics ImageNet { get; } = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>CIFAR-10's training images'.</summary>
    public static ChannelStatistics Cifar10 { get; } = new([0.4914f, 0.4822f, 0.4465f], [0.2470f, 0.2435f, 0.2616f]);

    /// <summary>Measures a dataset over every pixel of its images.</summary>
    /// <param name="data">What to measure.</param>
    /// <param name="most">At most so many images, evenly spread.</param>
    public static ChannelStatistics Measure(IImageDataset data, int most = 10_000)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var count = Math.Min(data.Count, most);
        if (count == 0)
        {
            throw new DataException($"{data.Name}: no images to measure mean and deviation of.");
        }
        var sums = new long[3];
        var squares = new long[3];
        long pixels = 0;
        var buffer = new PixelBuffer();
        for (var i = 0; i < count; i++)
        {
            data.ReadInto((int)((long)i * data.Count / count), buffer);
            ReadOnlySpan<byte> bytes = buffer.Pixels;
            for (var at = 0; at < bytes.Length; at++)
            {
                int value = bytes[at];
                sums[at % 3] += value;
                squares[at % 3] += value * value;
            }
            pixels += bytes.Length / 3;
        }
        var mean = new float[3];
        var std = new float[3];
        for (var c = 0; c < 3; c++)
        {
            var m = (double)sums[c] / pixels;
            mean[c] = (float)(m / 255);
            std[c] = (float)(Math.Sqrt(((double)squares[c] / pixels) - (m * m)) / 255);
        }
        return new ChannelStatistics(mean, std);
    }
}

using VitNotebooks.Data;

namespace VitNotebooks.Tests.Data;

/// <summary>Images and datasets made on the spot.</summary>
internal static class TestImages
{
    /// <summary>Random bytes: the hardest content for a resampler.</summary>
    public static RgbImage Noise(int width, int height, long seed)
    {
        var random = new TorchRandom(seed);
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)random.NextUInt32();
        }
        return new RgbImage(width, height, pixels);
    }

    /// <summary>A gradient, which JPEG keeps well.</summary>
    public static RgbImage Gradient(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            var x = i / 3 % width;
            var y = i / 3 / width;
            pixels[i] = (byte)(
                (i % 3) switch
                {
                    0 => x * 255 / width,
                    1 => y * 255 / height,
                    _ => 90,
                }
            );
        }
        return new RgbImage(width, height, pixels);
    }

    /// <summary>Images in memory, of which some may fail when they are read.</summary>
    public sealed class InMemory(RgbImage[] images, Func<int, Exception?>? fails = null) : IImageDataset
    {
        public string Name => "memory";

        public int Count => images.Length;

        public IReadOnlyList<string> Classes { get; } = ["even", "odd"];

        public string Identity => $"memory {images.Length}";

        public int Label(int index) => index % 2;

        public RgbImage Read(int index) => fails?.Invoke(index) is { } error ? throw error : images[index];
    }

    public static InMemory Dataset(int count, int side = 8) =>
        new([.. Enumerable.Range(0, count).Select(i => Noise(side, side, i))]);
}

using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>A loader that decodes no more of a file than its first crop needs.</summary>
public sealed class DecodesPartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vitnb-part-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Pipeline Crop(int size) =>
        Pipeline.Empty.RandomResizedCrop(size).RandomHorizontalFlip().ColorJitter(0.4);

    // Smooth pictures, of which scaled decoding and resizing say nearly the same.
    private ImageFolder Images(string extension, int width = 320, int height = 240)
    {
        for (var i = 0; i < 12; i++)
        {
            var folder = Path.Combine(_folder, i % 2 == 0 ? "even" : "odd");
            Directory.CreateDirectory(folder);
            var pixels = new byte[width * height * 3];
            for (var at = 0; at < pixels.Length; at += 3)
            {
                var (y, x) = Math.DivRem(at / 3, width);
                pixels[at] = (byte)(127 + (127 * Math.Sin((x + (10 * i)) / 40.0)));
                pixels[at + 1] = (byte)(127 + (127 * Math.Cos(y / 30.0)));
                pixels[at + 2] = (byte)((x + y + i) * 255 / (width + height + 12));
            }
            new RgbImage(width, height, pixels).Save(Path.Combine(folder, $"{i:D2}{extension}"));
        }
        return new ImageFolder(_folder);
    }

    private static List<float[]> Batches(IImageDataset data, int size, bool part, int workers = 2, int fromBatch = 0)
    {
        var options = new LoaderOptions
        {
            BatchSize = 5,
            Sampler = Sampler.Shuffle,
            Seed = 3,
            Workers = workers,
            DecodesPart = part,
        };
        using var loader = new Loader(data, Crop(size), options);
        var all = new List<float[]>();
        foreach (var batch in loader.Epoch(1, fromBatch))
        {
            using (batch)
            {
                all.Add([.. batch.Images.data<float>()]);
            }
        }
        return all;
    }

    [Theory]
    [InlineData(".png", 32)]
    [InlineData(".jpg", 200)]
    public void Epoch_NothingCoarserIsEnough_GivesTheBatchesOfFullDecoding(string extension, int size)
    {
        var data = Images(extension);

        var whole = Batches(data, size, part: false);
        var part = Batches(data, size, part: true);

        part.Count.ShouldBe(whole.Count);
        for (var i = 0; i < whole.Count; i++)
        {
            part[i].ShouldBe(whole[i]);
        }
    }

    [Fact]
    public void Epoch_BoxesLargerThanTheirResult_DrawsTheSameBoxesFromOtherPixels()
    {
        var data = Images(".jpg");

        var whole = Batches(data, 32, part: false);
        var part = Batches(data, 32, part: true);

        part.SelectMany(b => b).SequenceEqual(whole.SelectMany(b => b)).ShouldBeFalse();
        // Half a pixel of the coarser picture at most, of colours that change by a tenth of their range in it.
        whole
            .SelectMany(b => b)
            .Zip(part.SelectMany(b => b), (a, b) => Math.Abs(a - b))
            .Average()
            .ShouldBeLessThan(0.03f);
    }

    [Fact]
    public void Epoch_OtherWorkersAndMidEpoch_GivesTheSameBatches()
    {
        var data = Images(".jpg");
        var all = Batches(data, 32, part: true, workers: 1);

        var seven = Batches(data, 32, part: true, workers: 7);
        var later = Batches(data, 32, part: true, workers: 2, fromBatch: 1);

        for (var i = 0; i < all.Count; i++)
        {
            seven[i].ShouldBe(all[i]);
        }
        later[0].ShouldBe(all[1]);
        later.Count.ShouldBe(all.Count - 1);
    }

    [Fact]
    public void Epoch_AReplacedImage_DrawsAsIfItHadBeenTheFirst()
    {
        var data = Images(".jpg");
        File.WriteAllBytes(data.Source(3), [.. File.ReadAllBytes(data.Source(3)).Take(700)]);
        List<float[]> Replaced(int workers)
        {
            var options = new LoaderOptions
            {
                BatchSize = 12,
                Workers = workers,
                DecodesPart = true,
                OnBroken = BrokenImagePolicy.Replace,
            };
            using var loader = new Loader(data, Crop(32), options);
            var all = new List<float[]>();
            foreach (var batch in loader.Epoch(0))
            {
                using (batch)
                {
                    all.Add([.. batch.Images.data<float>()]);
                }
            }
            loader.Broken.Count.ShouldBe(1);
            return all;
        }
        Replaced(1)[0].ShouldBe(Replaced(3)[0]);
    }

    [Fact]
    public void Loader_APipelineThatNeedsTheWholeImage_SaysSo()
    {
        var data = Images(".png", 40, 40);
        var error = Should.Throw<ArgumentException>(() =>
            new Loader(data, Pipeline.Empty.CenterCrop(32), new LoaderOptions { DecodesPart = true })
        );
        error.Message.ShouldContain("CenterCrop");
        error.Message.ShouldContain("begin it with RandomResizedCrop");
    }
}

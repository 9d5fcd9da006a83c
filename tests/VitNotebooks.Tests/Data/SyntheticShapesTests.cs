using System.Diagnostics;
using System.Security.Cryptography;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class SyntheticShapesTests
{
    [Fact]
    public void Read_FirstImages_AreTheSameBytesOnEveryMachine()
    {
        var (train, test) = SyntheticShapes.Splits();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < 200; i++)
        {
            hash.AppendData(train.Read(i).Pixels);
            hash.AppendData(test.Read(i).Pixels);
        }
        Convert.ToHexString(hash.GetHashAndReset())[..16].ShouldBe("5398125836947A05");
    }

    [Fact]
    public void Read_AnyOrderAndThread_GivesTheSameImage()
    {
        (var first, _) = SyntheticShapes.Splits();
        (var second, _) = SyntheticShapes.Splits();
        byte[][] forward = [.. Enumerable.Range(0, 100).Select(i => first.Read(i).Pixels)];
        var parallel = new byte[100][];
        Parallel.For(0, 100, i => parallel[99 - i] = second.Read(99 - i).Pixels);
        for (var i = 0; i < 100; i++)
        {
            parallel[i].ShouldBe(forward[i]);
            first.Read(i).Pixels.ShouldBe(forward[i]);
        }
    }

    [Fact]
    public void Read_OtherSeedOrSplit_GivesOtherImages()
    {
        var (train, test) = SyntheticShapes.Splits();
        (var other, _) = SyntheticShapes.Splits(new ShapesOptions { Seed = 1 });
        train.Read(0).Pixels.ShouldNotBe(test.Read(0).Pixels);
        train.Read(0).Pixels.ShouldNotBe(other.Read(0).Pixels);
        train.Identity.ShouldNotBe(other.Identity);
        train.Identity.ShouldNotBe(test.Identity);
    }

    /// <summary>Of a clock, so only where nobody else is at work: <c>./test.sh --on-demand</c>.</summary>
    [Fact]
    [Trait("Category", "OnDemand")]
    public void Read_AllImages_TakesUnderTenSeconds()
    {
        var start = Stopwatch.GetTimestamp();
        var (train, test) = SyntheticShapes.Splits();
        Parallel.For(0, train.Count, i => train.Read(i));
        Parallel.For(0, test.Count, i => test.Read(i));
        (train.Count, test.Count).ShouldBe((5_000, 1_000));
        Stopwatch.GetElapsedTime(start).TotalSeconds.ShouldBeLessThan(10);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(57)]
    [InlineData(224)]
    public void Read_AnySize_HasTenClassesEqually(int size)
    {
        var data = Datasets.Open($"shapes{size}");
        data.ImageSize.ShouldBe(size);
        var image = data.Train.Read(3);
        (image.Width, image.Height).ShouldBe((size, size));
        data.Classes.Count.ShouldBe(10);
        Enumerable
            .Range(0, data.Train.Count)
            .CountBy(data.Train.Label)
            .ShouldAllBe(c => c.Value == data.Train.Count / 10);
    }

    [Fact]
    public void Contains_EveryFigure_HasAreaOneWithinItsReach()
    {
        for (var label = 0; label < ShapeFigure.Names.Count; label++)
        {
            const int steps = 600;
            const float half = 1.5f;
            var inside = 0;
            for (var i = 0; i < steps * steps; i++)
            {
                var x = ((((i % steps) + 0.5f) / steps * 2) - 1) * half;
                var y = ((((i / steps) + 0.5f) / steps * 2) - 1) * half;
                if (ShapeFigure.Contains(label, x, y))
                {
                    inside++;
                    ((x * x) + (y * y)).ShouldBeLessThan(
                        ShapeFigure.Reach * ShapeFigure.Reach,
                        ShapeFigure.Names[label]
                    );
                }
            }
            (inside * 4.0 * half * half / (steps * steps)).ShouldBe(1.0, 0.01, ShapeFigure.Names[label]);
        }
    }

    [Fact]
    public void ColourStatistics_OfAllImages_DoNotTellTheClasses()
    {
        var (train, test) = SyntheticShapes.Splits();
        var accuracy = LinearClassifier.TestAccuracy(ColourStatistics(train, 5_000), ColourStatistics(test, 1_000), 10);
        accuracy.ShouldBeLessThan(0.20);
    }

    [Fact]
    public void NearestPixels_OfAllImages_TellTheClassesBadly()
    {
        var (train, test) = SyntheticShapes.Splits();
        byte[][] known = [.. Enumerable.Range(0, 5_000).Select(i => train.Read(i).Pixels)];
        var right = 0;
        Parallel.For(
            0,
            200,
            i =>
            {
                var image = test.Read(i).Pixels;
                var best = 0;
                var least = long.MaxValue;
                for (var k = 0; k < known.Length; k++)
                {
                    long distance = 0;
                    var other = known[k];
                    for (var p = 0; p < image.Length && distance < least; p++)
                    {
                        var d = image[p] - other[p];
                        distance += d * d;
                    }
                    (best, least) = distance < least ? (k, distance) : (best, least);
                }
                if (train.Label(best) == test.Label(i))
                {
                    Interlocked.Increment(ref right);
                }
            }
        );
        (right / 200.0).ShouldBeLessThan(0.40);
    }

    [Fact]
    public void WriteCifar_ReadByCifar10_GivesTheSamePixels()
    {
        using var folder = new DataFolder();
        var options = new ShapesOptions
        {
            Train = 50,
            Test = 20,
            Seed = 4,
        };
        SyntheticShapes.WriteCifar(folder["cifar-10-batches-bin"], options);
        var (train, test) = SyntheticShapes.Splits(options);
        var (trainBack, testBack) = Cifar10.Open(folder.Path);
        Same(trainBack, train);
        Same(testBack, test);
        var data = Datasets.Open("cifar10", folder.Path);
        data.Train.Name.ShouldBe("shapes32-seed4/train");
        data.Classes.ShouldBe(train.Classes);
        Datasets.Open(folder.Path).Train.Count.ShouldBe(50);
    }

    [Fact]
    public void WritePngFolders_ReadByImageFolder_GivesTheSamePixels()
    {
        using var folder = new DataFolder();
        var options = new ShapesOptions
        {
            Size = 40,
            Train = 50,
            Test = 20,
        };
        SyntheticShapes.WritePngFolders(folder.Path, options);
        var (train, test) = SyntheticShapes.Splits(options);
        var data = Datasets.Open(folder.Path);
        data.Train.Count.ShouldBe(50);
        data.Test.Count.ShouldBe(20);
        // A folder's classes are in the order of their names.
        data.Classes.ShouldBe(train.Classes.Order(StringComparer.Ordinal));
        for (var i = 0; i < data.Test.Count; i++)
        {
            var number = int.Parse(
                Path.GetFileNameWithoutExtension(data.Test.Source(i)),
                System.Globalization.CultureInfo.InvariantCulture
            );
            data.Test.Read(i).Pixels.ShouldBe(test.Read(number).Pixels);
            data.Classes[data.Test.Label(i)].ShouldBe(test.Classes[test.Label(number)]);
        }
    }

    [Fact]
    public void WriteCifar_OtherSize_ThrowsASentence() =>
        Should
            .Throw<ArgumentException>(() => SyntheticShapes.WriteCifar("/nowhere", new ShapesOptions { Size = 64 }))
            .Message.ShouldContain("holds 32 x 32 only");

    [Fact]
    public void Open_TooSmall_ThrowsASentence() =>
        Should
            .Throw<ArgumentOutOfRangeException>(() => Datasets.Open("shapes16"))
            .Message.ShouldContain("size 16; expected 32..4096");

    private static void Same(IImageDataset a, IImageDataset b)
    {
        a.Count.ShouldBe(b.Count);
        a.Classes.ShouldBe(b.Classes);
        for (var i = 0; i < a.Count; i++)
        {
            a.Label(i).ShouldBe(b.Label(i));
            a.Read(i).Pixels.ShouldBe(b.Read(i).Pixels);
        }
    }

    // Mean, deviation and an 8-bin histogram of each channel.
    private static (double[][] Features, int[] Labels) ColourStatistics(SyntheticShapes data, int count)
    {
        var features = new double[count][];
        var labels = new int[count];
        Parallel.For(
            0,
            count,
            i =>
            {
                var pixels = data.Read(i).Pixels;
                var n = pixels.Length / 3.0;
                var f = new double[30];
                for (var p = 0; p < pixels.Length; p++)
                {
                    var c = p % 3;
                    var v = pixels[p] / 255.0;
                    f[c * 10] += v / n;
                    f[(c * 10) + 1] += v * v / n;
                    f[(c * 10) + 2 + (pixels[p] >> 5)] += 1 / n;
                }
                for (var c = 0; c < 3; c++)
                {
                    var mean = f[c * 10];
                    f[(c * 10) + 1] = Math.Sqrt(Math.Max(0, f[(c * 10) + 1] - (mean * mean)));
                }
                features[i] = f;
                labels[i] = data.Label(i);
            }
        );
        return (features, labels);
    }
}

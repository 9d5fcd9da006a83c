using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class RandomErasingTests
{
    private const int Side = 40;

    [Fact]
    public void Sides_OfGivenNumbers_AreTimms()
    {
        var cases = 0;
        foreach (var c in TimmValues.Cases("erasing"))
        {
            var height = c.GetProperty("height").GetInt32();
            var width = c.GetProperty("width").GetInt32();
            var (w, h) = new RandomErasing().Sides(
                (double)width * height,
                c.GetProperty("area").GetDouble(),
                c.GetProperty("aspect").GetDouble()
            );
            // The place was given as the middle of its range.
            int[]? box = w < width && h < height && w > 0 && h > 0 ? [(width - w) / 2, (height - h) / 2, w, h] : null;
            var expected = c.GetProperty("box");
            box.ShouldBe(
                expected.ValueKind == JsonValueKind.Null
                    ? null
                    : [.. expected.EnumerateArray().Select(e => e.GetInt32())],
                c.ToString()
            );
            cases++;
        }
        cases.ShouldBe(48);
    }

    [Fact]
    public void Draw_AnyImage_StaysInside() =>
        Prop.ForAll(
                Gen.Choose(1, 300).Three().ToArbitrary(),
                numbers =>
                {
                    var (width, height, seed) = numbers;
                    return new RandomErasing().Draw(width, height, 1, new TorchRandom(seed)) is not { } box
                        || box is { Left: >= 0, Top: >= 0, Width: >= 0, Height: >= 0 }
                            && box.Left + box.Width <= width
                            && box.Top + box.Height <= height
                            && box.Width < width
                            && box.Height < height;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Apply_ManySeeds_ErasesAsOftenAndAsMuchAsTheSettingsSay()
    {
        var erasing = new RandomErasing(0.25, ErasingMode.Constant);
        var areas = new List<double>();
        const int seeds = 4000;
        for (var seed = 0; seed < seeds; seed++)
        {
            var planes = Ones();
            erasing.Apply(planes, Side, Side, new TorchRandom(seed));
            var erased = planes.Count(v => v == 0);
            (erased % 3).ShouldBe(0);
            if (erased > 0)
            {
                areas.Add(erased / 3.0 / (Side * Side));
            }
        }
        (areas.Count / (double)seeds).ShouldBe(0.25, 0.02);
        // Even between 0.02 and a third, but large flat boxes do not fit and are drawn again.
        areas.Average().ShouldBe((0.02 + (1 / 3.0)) / 2, 0.015);
        areas.Min().ShouldBeInRange(0.01, 0.03);
        areas.Max().ShouldBeInRange(0.31, 0.36);
    }

    [Fact]
    public void Apply_PixelMode_WritesNormalNumbers()
    {
        var numbers = new List<float>();
        for (var seed = 0; seed < 300; seed++)
        {
            var planes = Ones();
            new RandomErasing(1).Apply(planes, Side, Side, new TorchRandom(seed));
            numbers.AddRange(planes.Where(v => v != 1));
        }
        double mean = numbers.Average();
        mean.ShouldBe(0, 0.01);
        numbers.Average(v => v * (double)v).ShouldBe(1, 0.01);
        (numbers.Count(v => Math.Abs(v) > 1.959964) / (double)numbers.Count).ShouldBe(0.05, 0.003);
    }

    [Fact]
    public void Apply_ColorMode_WritesOneNumberAChannel()
    {
        var planes = Ones();
        new RandomErasing(1, ErasingMode.Color).Apply(planes, Side, Side, new TorchRandom(4));
        float[][] erased =
        [
            .. planes.Chunk(Side * Side).Select(plane => plane.Where(v => v != 1).Distinct().ToArray()),
        ];
        erased.ShouldAllBe(channel => channel.Length == 1);
        erased.Select(channel => channel[0]).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public void Apply_SeveralBoxes_SharesTheArea()
    {
        var erasing = new RandomErasing(1, ErasingMode.Constant, 0.3, 0.3, 1, 3, 3);
        var planes = Ones();
        erasing.Apply(planes, Side, Side, new TorchRandom(2));
        // Three squares of 13 x 13, perhaps one over the other.
        planes.Count(v => v == 0).ShouldBeInRange(3 * 169, 3 * 3 * 169);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 30)]
    [InlineData(2, 2)]
    public void Apply_TinyImage_ErasesNothingOrAPart(int width, int height)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            float[] planes = [.. Enumerable.Repeat(1f, 3 * width * height)];
            new RandomErasing(1, ErasingMode.Constant).Apply(planes, width, height, new TorchRandom(seed));
            planes.ShouldContain(1f);
        }
    }

    [Fact]
    public void RandomErasing_InAPipeline_ComesAfterTheNormalizationAndPrintsItself()
    {
        var chain = Pipeline
            .Empty.RandomErasing()
            .CenterCrop(Side)
            .Normalize([0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]);
        chain
            .ToString()
            .ShouldBe(
                "CenterCrop(40) > Normalize(mean 0.5 0.5 0.5, std 0.25 0.25 0.25) > "
                    + "RandomErasing(0.25, pixel, area 0.02..0.333333, aspect 0.3..3.333333, count 1..1)"
            );
        chain.FixedSize.ShouldBe((Side, Side));
        chain.NormalizedTransforms.ShouldBe([new RandomErasing()]);
        chain.ShouldNotBe(Pipeline.Empty.CenterCrop(Side).Normalize([0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]));
        chain.ShouldBe(
            Pipeline
                .Empty.CenterCrop(Side)
                .Normalize([0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f])
                .Then(new RandomErasing())
        );
    }

    [Fact]
    public void RandomErasing_InALoader_GivesTheSampleItsOwnDraws()
    {
        IImageDataset data = TestImages.Dataset(12, Side);
        var plain = Pipeline.Empty.RandomHorizontalFlip().Normalize([0.5f, 0.5f, 0.5f], [1, 1, 1]);
        byte[][] erased = [.. new[] { 1, 3 }.Select(workers => Epoch(data, plain.RandomErasing(1), workers))];
        erased[0].ShouldBe(erased[1]);
        var whole = Epoch(data, plain, 1);
        var changed = Enumerable.Range(0, whole.Length / 4).Count(i => !Same(whole, erased[0], i));
        // Each of the 12 images has a box of 2 to 33 % of its area.
        (changed / (whole.Length / 4.0)).ShouldBeInRange(0.04, 0.34);
        var buffer = new PixelBuffer();
        data.ReadInto(5, buffer);
        var random = new TorchRandom(TorchRandom.Mix(7, 0, 5));
        var chain = plain.RandomErasing(1);
        chain.Apply(buffer, random);
        var planes = new float[3 * Side * Side];
        chain.Write(buffer, planes, random);
        var expected = new byte[planes.Length * 4];
        Buffer.BlockCopy(planes, 0, expected, 0, expected.Length);
        erased[0].AsSpan(5 * expected.Length, expected.Length).SequenceEqual(expected).ShouldBeTrue();
    }

    [Fact]
    public void Then_WithFaultySettings_NamesAllOfThem() =>
        Should
            .Throw<ArgumentException>(() =>
                Pipeline.Empty.Then(new RandomErasing(2, (ErasingMode)9, 0.5, 0.2, 0, 0, 3))
            )
            .Message.ShouldBe(
                "RandomErasing: Probability is 2, expected 0..1; area is 0.5..0.2, expected a range within 0..1 that begins above 0; "
                    + "MinAspect is 0, expected above 0 and at most 1; count is 0..3, expected a range that begins at 1 or above; "
                    + "Mode is 9, expected Constant, Color or Pixel."
            );

    private static float[] Ones() => [.. Enumerable.Repeat(1f, 3 * Side * Side)];

    private static bool Same(byte[] a, byte[] b, int number) =>
        a.AsSpan(number * 4, 4).SequenceEqual(b.AsSpan(number * 4, 4));

    private static byte[] Epoch(IImageDataset data, Pipeline pipeline, int workers)
    {
        var options = new LoaderOptions
        {
            BatchSize = 4,
            Seed = 7,
            Workers = workers,
        };
        using var loader = new Loader(data, pipeline, options);
        var bytes = new List<byte>();
        foreach (var batch in loader.Epoch(0))
        {
            using (batch)
            {
                bytes.AddRange(batch.Images.bytes.ToArray());
            }
        }
        return [.. bytes];
    }
}

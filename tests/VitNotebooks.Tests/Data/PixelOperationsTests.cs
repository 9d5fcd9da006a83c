using System.Text.Json;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(AugmentationOracleCollection.Name)]
public sealed class PixelOperationsTests(AugmentationOracle oracle)
{
    private static readonly string[] Names =
    [
        "Affine",
        "AutoContrast",
        "Brightness",
        "Color",
        "Contrast",
        "Equalize",
        "FlipVertically",
        "GaussianBlur",
        "Grey",
        "Hue",
        "Invert",
        "Posterize",
        "Rotate",
        "Sharpness",
        "Solarize",
        "SolarizeAdd",
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Apply_EveryOperationAndArgument_IsBitForBitPillows(bool vectors) =>
        With(vectors, () => Compare(image => image < oracle.Made).ShouldBe(Names));

    [PhotographsFact]
    public void Apply_OnPhotographs_IsBitForBitPillows()
    {
        oracle.Images.Count.ShouldBe(oracle.Made + 3);
        Compare(image => image >= oracle.Made).ShouldBe(Names);
    }

    [Fact]
    public void Apply_AnyFactorAndSize_IsTheSameWithAndWithoutVectors()
    {
        (int, int)[] sizes = [(1, 1), (2, 3), (3, 3), (8, 1), (9, 2), (17, 5), (32, 3), (33, 31), (11, 64)];
        foreach (var (width, height) in sizes)
        {
            for (var seed = 0; seed < 12; seed++)
            {
                var image = TestImages.Noise(width, height, seed);
                var factor = new TorchRandom(seed).UniformDouble(-0.5, 3);
                byte[][] both = [.. new[] { true, false }.Select(vectors => Everything(image, factor, vectors))];
                both[0].ShouldBe(both[1], $"{image}, factor {factor}");
            }
        }
    }

    [Fact]
    public void Equalize_OfOneColour_ChangesNothing()
    {
        var image = new RgbImage(7, 5, [.. Enumerable.Repeat((byte)9, 105)]);
        Run(image, PointOperations.Equalize).ShouldBe(image.Pixels);
        Run(image, PointOperations.AutoContrast).ShouldBe(image.Pixels);
    }

    [Fact]
    public void Warp_WithASamplingThatMustBeDrawn_ThrowsASentence() =>
        Should
            .Throw<ArgumentOutOfRangeException>(() =>
                Run(
                    TestImages.Noise(3, 3, 0),
                    buffer =>
                        AffineWarp.Apply(
                            buffer,
                            AffineMatrix.Rotation(5, 3, 3),
                            WarpSampling.BilinearOrBicubic,
                            RgbColor.Grey
                        )
                )
            )
            .Message.ShouldContain("expected Nearest, Bilinear or Bicubic");

    private static byte[] Everything(RgbImage image, double factor, bool vectors)
    {
        var bytes = new List<byte>();
        With(
            vectors,
            () =>
            {
                Action<PixelBuffer>[] all =
                [
                    b => PointOperations.Solarize(b, factor * 80),
                    b => PointOperations.SolarizeAdd(b, (int)(factor * 60)),
                    PointOperations.AutoContrast,
                    b => PointOperations.Contrast(b, factor),
                    b => ColorOperations.Color(b, factor),
                    b => Smoothing.Sharpness(b, factor),
                    b => Smoothing.GaussianBlur(b, 0.2 + Math.Abs(factor)),
                    b =>
                        AffineWarp.Apply(
                            b,
                            AffineMatrix.Rotation(factor * 40, b.Width, b.Height),
                            WarpSampling.Bicubic,
                            RgbColor.Grey
                        ),
                    // Rows that move along themselves: by the same stretch for many columns, by a whole one, and with places that change within a row.
                    b => Warp(b, new AffineMatrix(1, factor * 0.3, factor * 5, 0, 1, 0)),
                    b => Warp(b, new AffineMatrix(1, factor * 1e-9, 1 - 1e-14, 0, 1, 0)),
                    b => Warp(b, new AffineMatrix(1, 0, Math.Round(factor * 3), 0, 1, 0)),
                    b => Warp(b, new AffineMatrix(1, 0, factor * 3.7, 0, 1, 0)),
                    b => Warp(b, new AffineMatrix(1, 0, 0, 0, 1, factor * 3.7)),
                ];
                foreach (var operation in all)
                {
                    bytes.AddRange(Run(image, operation));
                }
            }
        );
        return [.. bytes];
    }

    private static void Warp(PixelBuffer buffer, AffineMatrix matrix) =>
        AffineWarp.Apply(buffer, matrix, WarpSampling.Bicubic, RgbColor.Grey);

    private string[] Compare(Func<int, bool> wanted)
    {
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var c in oracle.Cases("operations"))
        {
            var image = c.GetProperty("image").GetInt32();
            if (!wanted(image))
            {
                continue;
            }
            var name = c.GetProperty("name").GetString()!;
            var argument = c.GetProperty("argument").GetDouble();
            var result = Run(oracle.Images[image], buffer => Apply(c, name, argument, buffer));
            var expected = oracle.Picture(c.GetProperty("result")).Pixels;
            if (!result.AsSpan().SequenceEqual(expected))
            {
                int[] other = [.. Enumerable.Range(0, expected.Length).Where(i => result[i] != expected[i])];
                Assert.Fail(
                    $"{name} {argument} of {oracle.Images[image]} (image {image}): {other.Length} of {expected.Length} bytes differ, "
                        + $"the first at {other[0]}: {result[other[0]]}, Pillow has {expected[other[0]]}; {c}"
                );
            }
            seen.Add(name);
        }
        return [.. seen];
    }

    private static void Apply(JsonElement c, string name, double argument, PixelBuffer buffer)
    {
        switch (name)
        {
            case "AutoContrast":
                PointOperations.AutoContrast(buffer);
                break;
            case "Equalize":
                PointOperations.Equalize(buffer);
                break;
            case "Invert":
                PointOperations.Invert(buffer);
                break;
            case "Grey":
                ColorOperations.Grey(buffer);
                break;
            case "FlipVertically":
                buffer.FlipVertically();
                break;
            case "Solarize":
                PointOperations.Solarize(buffer, argument);
                break;
            case "Posterize":
                PointOperations.Posterize(buffer, (int)argument);
                break;
            case "SolarizeAdd":
                PointOperations.SolarizeAdd(buffer, (int)argument);
                break;
            case "Brightness":
                PointOperations.Brightness(buffer, argument);
                break;
            case "Contrast":
                PointOperations.Contrast(buffer, argument);
                break;
            case "Color":
                ColorOperations.Color(buffer, argument);
                break;
            case "Sharpness":
                Smoothing.Sharpness(buffer, argument);
                break;
            case "Hue":
                ColorOperations.Hue(buffer, argument);
                break;
            case "GaussianBlur":
                Smoothing.GaussianBlur(buffer, argument);
                break;
            case "Affine":
                double[] m = [.. c.GetProperty("matrix").EnumerateArray().Select(e => e.GetDouble())];
                AffineWarp.Apply(buffer, new AffineMatrix(m[0], m[1], m[2], m[3], m[4], m[5]), Mode(c), Fill(c));
                break;
            case "Rotate":
                AffineWarp.Apply(
                    buffer,
                    AffineMatrix.Rotation(argument, buffer.Width, buffer.Height),
                    Mode(c),
                    Fill(c)
                );
                break;
            default:
                Assert.Fail($"No operation {name}.");
                break;
        }
    }

    private static WarpSampling Mode(JsonElement c) => Enum.Parse<WarpSampling>(c.GetProperty("mode").GetString()!);

    private static RgbColor Fill(JsonElement c)
    {
        byte[] fill = [.. c.GetProperty("fill").EnumerateArray().Select(e => e.GetByte())];
        return new RgbColor(fill[0], fill[1], fill[2]);
    }

    private static byte[] Run(RgbImage image, Action<PixelBuffer> operation)
    {
        var buffer = new PixelBuffer();
        buffer.Load(image);
        operation(buffer);
        (buffer.Width, buffer.Height).ShouldBe((image.Width, image.Height));
        return buffer.Pixels.ToArray();
    }

    private static void With(bool vectors, Action action)
    {
        var before = Resampler.UseVectors;
        try
        {
            Resampler.UseVectors = vectors && before;
            action();
        }
        finally
        {
            Resampler.UseVectors = before;
        }
    }
}

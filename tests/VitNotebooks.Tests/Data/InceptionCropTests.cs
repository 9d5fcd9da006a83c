using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(AugmentationOracleCollection.Name)]
public sealed class InceptionCropTests(AugmentationOracle oracle)
{
    [Fact]
    public void Resize_WithoutAntialiasing_IsBilinearCutOff()
    {
        var buffer = new PixelBuffer();
        foreach (var c in oracle.Cases("bilinear"))
        {
            int[] box = [.. c.GetProperty("box").EnumerateArray().Select(e => e.GetInt32())];
            var size = c.GetProperty("size").GetInt32();
            buffer.Load(oracle.Images[c.GetProperty("image").GetInt32()]);
            InceptionCrop.Resize(buffer, new CropBox(box[0], box[1], box[2], box[3]), size);
            var expected = oracle.Numbers(c.GetProperty("numbers").GetInt32(), size * size * 3);
            for (var i = 0; i < expected.Length; i++)
            {
                // Cut off, where float32 sums of another order may lie on the other side of a whole number.
                double above = expected[i] - buffer.Pixels[i];
                above.ShouldBeInRange(-1e-3, 1.001, $"number {i} of {box[2]} x {box[3]} to {size}");
            }
        }
    }

    [Fact]
    public void Draw_AnyImage_StaysInside() =>
        Prop.ForAll(
                Gen.Choose(1, 400).Four().ToArbitrary(),
                numbers =>
                {
                    var (width, height, seed, least) = numbers;
                    var box = new InceptionCrop(8, least / 400.0).Draw(width, height, new TorchRandom(seed));
                    return box is { Left: >= 0, Top: >= 0, Width: >= 1, Height: >= 1 }
                        && box.Left + box.Width <= width
                        && box.Top + box.Height <= height;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Draw_ManySeeds_HasTensorFlowsDistribution()
    {
        CropBox[] boxes =
        [
            .. Enumerable.Range(0, 5000).Select(seed => new InceptionCrop(8).Draw(500, 375, new TorchRandom(seed))),
        ];
        double[] areas = [.. boxes.Select(b => b.Width * b.Height / (500.0 * 375))];
        areas.ShouldAllBe(a => a >= 0.05 && a <= 1);
        double[] ratios = [.. boxes.Select(b => b.Width / (double)b.Height)];
        ratios.Min().ShouldBeInRange(0.74, 0.76);
        ratios.Max().ShouldBeInRange(1.32, 1.34);
        // Even between 0.75 and 1.33.
        ratios.Average().ShouldBe(1.04, 0.01);
        // The height, not the area, is even: of 0.05..1 a mean of sqrt(h) lies well below that of torchvision's 0.525.
        areas.Average().ShouldBeInRange(0.3, 0.45);
        boxes.Where(b => b.Height < 375).ShouldAllBe(b => b.Top + b.Height < 375);
        boxes.Where(b => b.Width < 500).ShouldAllBe(b => b.Left + b.Width < 500);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Apply_OnePixel_FillsTheSquare(bool antialias)
    {
        var one = new RgbImage(1, 1, [9, 90, 200]);
        var result = Pipeline.Empty.Then(new InceptionCrop(5, Antialias: antialias)).Apply(one, new TorchRandom(0));
        result.Pixels.Chunk(3).ShouldAllBe(p => p[0] == 9 && p[1] == 90 && p[2] == 200);
    }

    [Fact]
    public void Describe_AndFaults_NameTheSettings()
    {
        Pipeline.Empty.InceptionCrop(224).ToString().ShouldStartWith("InceptionCrop(224, area 0.05..1) > ");
        Pipeline.Empty.InceptionCrop(224).FixedSize.ShouldBe((224, 224));
        Should
            .Throw<ArgumentException>(() => Pipeline.Empty.InceptionCrop(0, 0, 2))
            .Message.ShouldBe(
                "InceptionCrop: Size is 0, expected at least 1 pixel; area is 0..2, expected a range within 0..1 that begins above 0."
            );
    }
}

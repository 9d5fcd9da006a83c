using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class ThreeAugmentTests
{
    private static readonly RgbImage Image = TestImages.Noise(24, 17, 5);

    [Fact]
    public void Apply_WithoutJitter_IsGreySolarizedOrBlurredAThirdEach()
    {
        var grey = Run(ColorOperations.Grey);
        var solarized = Run(b => PointOperations.Solarize(b, 128));
        var chain = Pipeline.Empty.ThreeAugment(0);
        const int seeds = 3000;
        var counts = new int[3];
        for (var seed = 0; seed < seeds; seed++)
        {
            var result = chain.Apply(Image, new TorchRandom(seed)).Pixels;
            var which =
                result.AsSpan().SequenceEqual(grey) ? 0
                : result.AsSpan().SequenceEqual(solarized) ? 1
                : 2;
            counts[which]++;
        }
        counts.ShouldAllBe(count => Math.Abs(count - (seeds / 3)) < 90);
    }

    [Fact]
    public void Apply_OfABlur_HasARadiusOfItsRange()
    {
        // A single white pixel: what is left of it in the middle falls with the radius.
        var pixels = new byte[41 * 41 * 3];
        pixels.AsSpan(((20 * 41) + 20) * 3, 3).Fill(255);
        var dot = new RgbImage(41, 41, pixels);
        var middle = ((20 * 41) + 20) * 3;
        byte[] ends = [.. new[] { 2.0, 0.1 }.Select(r => Run(b => Smoothing.GaussianBlur(b, r), dot)[middle])];
        var chain = Pipeline.Empty.GaussianBlur(1);
        byte[] drawn =
        [
            .. Enumerable.Range(0, 400).Select(seed => chain.Apply(dot, new TorchRandom(seed)).Pixels[middle]),
        ];
        drawn.ShouldAllBe(v => v >= ends[0] && v <= ends[1]);
        // Half of the radii are above the middle of the range.
        var half = Run(b => Smoothing.GaussianBlur(b, 1.05), dot)[middle];
        drawn.Count(v => v <= half).ShouldBeInRange(160, 240);
        Enumerable
            .Range(0, 2000)
            .Count(seed =>
                !Pipeline
                    .Empty.GaussianBlur(0.1, 2)
                    .Apply(dot, new TorchRandom(seed))
                    .Pixels.AsSpan()
                    .SequenceEqual(pixels)
            )
            .ShouldBeInRange(150, 250);
    }

    [Fact]
    public void Apply_WithJitter_ChangesTheColoursToo()
    {
        var plain = Pipeline.Empty.ThreeAugment(0).Apply(Image, new TorchRandom(3));
        var jittered = Pipeline.Empty.ThreeAugment().Apply(Image, new TorchRandom(3));
        jittered.Pixels.ShouldNotBe(plain.Pixels);
    }

    [Fact]
    public void Then_WithFaultySettings_NamesAllOfThem()
    {
        Should
            .Throw<ArgumentException>(() => Pipeline.Empty.ThreeAugment(-1))
            .Message.ShouldBe("ThreeAugment: Jitter is -1, expected at least 0.");
        Should
            .Throw<ArgumentException>(() => Pipeline.Empty.GaussianBlur(2, 0, -1))
            .Message.ShouldBe(
                "GaussianBlur: radius is 0..-1, expected a range within 0..1000 pixels that begins above 0; Probability is 2, expected 0..1."
            );
    }

    private static byte[] Run(Action<PixelBuffer> operation, RgbImage? image = null)
    {
        var buffer = new PixelBuffer();
        buffer.Load(image ?? Image);
        operation(buffer);
        return buffer.Pixels.ToArray();
    }
}

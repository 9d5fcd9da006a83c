using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class BigVisionRandAugmentTests
{
    private static readonly RgbImage Image = TestImages.Noise(15, 11, 8);

    [Theory]
    [InlineData("Rotate", 15, 45)]
    [InlineData("ShearX", 15, 0.45)]
    [InlineData("TranslateY", 15, 150)]
    [InlineData("Posterize", 15, 6)]
    [InlineData("Solarize", 10, 256)]
    [InlineData("Solarize", 15, 384)]
    [InlineData("SolarizeAdd", 15, 165)]
    [InlineData("Cutout", 15, 60)]
    [InlineData("Color", 0, 0.1)]
    [InlineData("Brightness", 10, 1.9)]
    public void Argument_OfALevel_IsBigVisions(string operation, int level, double expected) =>
        BigVisionOperations.Argument(Enum.Parse<PixelOperation>(operation), level).ShouldBe(expected, 1e-12);

    [Fact]
    public void Apply_OfWarps_MovesWholePixelsAndFillsWithGrey()
    {
        var moved = Run(PixelOperation.TranslateX, 3);
        var rounded = Run(PixelOperation.TranslateX, 2.5);
        rounded.ShouldBe(moved);
        for (var y = 0; y < 11; y++)
        {
            for (var x = 0; x < 15; x++)
            {
                var expected = x + 3 < 15 ? Image[x + 3, y] : ((byte)128, (byte)128, (byte)128);
                At(moved, x, y).ShouldBe(expected);
            }
        }
        var sheared = Run(PixelOperation.ShearY, 1);
        At(sheared, 2, 3).ShouldBe(Image[2, 5]);
        At(sheared, 2, 9).ShouldBe(((byte)128, (byte)128, (byte)128));
        Run(PixelOperation.Rotate, 180).ShouldBe(Turned());
        Run(PixelOperation.Rotate, 0).ShouldBe(Image.Pixels);
    }

    [Fact]
    public void Apply_OfContrast_BlendsWithTheNumberOfPixels()
    {
        // 64 x 64 pixels / 256 = 16: the code's slip, not the mean of 200.
        var flat = new RgbImage(64, 64, [.. Enumerable.Repeat((byte)200, 64 * 64 * 3)]);
        Run(PixelOperation.Contrast, 0.5, flat).ShouldAllBe(v => v == 108);
    }

    [Fact]
    public void Apply_OfThresholdsAndBitsOutOfRange_ConvertsAsUint8()
    {
        Run(PixelOperation.Solarize, 384).ShouldBe(Run(PixelOperation.Solarize, 128));
        Run(PixelOperation.Posterize, 12).ShouldAllBe(v => v == 0 || v == 128);
        Run(PixelOperation.Posterize, 8).ShouldBe(Image.Pixels);
    }

    [Fact]
    public void Apply_OfColoursAndSharpness_IsWithinOneOfPillows()
    {
        (PixelOperation, Action<PixelBuffer>)[] pairs =
        [
            (PixelOperation.Color, b => ColorOperations.Color(b, 0.6)),
            (PixelOperation.Sharpness, b => Smoothing.Sharpness(b, 0.6)),
            (PixelOperation.AutoContrast, PointOperations.AutoContrast),
            (PixelOperation.Brightness, b => PointOperations.Brightness(b, 0.6)),
        ];
        foreach (var (operation, pillow) in pairs)
        {
            var own = Run(operation, 0.6);
            var buffer = new PixelBuffer();
            buffer.Load(Image);
            pillow(buffer);
            for (var i = 0; i < own.Length; i++)
            {
                Math.Abs(own[i] - buffer.Pixels[i]).ShouldBeLessThanOrEqualTo(1, $"{operation}, byte {i}");
            }
        }
    }

    [Fact]
    public void Cutout_AtABorder_IsClipped()
    {
        var buffer = new PixelBuffer();
        buffer.Load(Image);
        BigVisionOperations.Cutout(buffer, 3, 1, 14);
        var cut = buffer.Pixels.ToArray();
        for (var y = 0; y < 11; y++)
        {
            for (var x = 0; x < 15; x++)
            {
                var expected = y < 4 && x >= 11 ? ((byte)128, (byte)128, (byte)128) : Image[x, y];
                At(cut, x, y).ShouldBe(expected);
            }
        }
    }

    [Fact]
    public void Then_WithFaultySettings_NamesAllOfThem() =>
        Should
            .Throw<ArgumentException>(() => Pipeline.Empty.Then(new BigVisionRandAugment(-1, 31)))
            .Message.ShouldBe(
                "BigVisionRandAugment: Layers is -1, expected at least 0; Magnitude is 31, expected 0..30."
            );

    private static (byte R, byte G, byte B) At(byte[] pixels, int x, int y)
    {
        var at = ((y * 15) + x) * 3;
        return (pixels[at], pixels[at + 1], pixels[at + 2]);
    }

    private static byte[] Turned() => [.. Image.Pixels.Chunk(3).Reverse().SelectMany(p => p)];

    private static byte[] Run(PixelOperation operation, double argument, RgbImage? image = null)
    {
        var buffer = new PixelBuffer();
        buffer.Load(image ?? Image);
        BigVisionOperations.Apply(buffer, operation, argument, new TorchRandom(0));
        return buffer.Pixels.ToArray();
    }
}

using System.Text.Json;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Data.Codecs;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>Parts of a JPEG: the pixels of full decoding at full size, means of them at a coarser scale.</summary>
[Collection(CodecOracleCollection.Name)]
public sealed class JpegRegionTests(CodecOracle oracle)
{
    private const int Width = 523;
    private const int Height = 411;

    [Fact]
    public void DecodeRegion_AtFullSize_GivesThePixelsOfFullDecoding()
    {
        var random = new TorchRandom(3);
        var buffer = new PixelBuffer();
        var cut = 0;
        foreach (var name in oracle.Cases("parts").Select(part => part.GetString()!))
        {
            var data = oracle.BytesOf(name);
            var whole = RgbImage.Decode(data, name);
            for (var i = 0; i < 30; i++)
            {
                var box = Box(random);
                var there = Decode(data, name, box, box.Width, box.Height, buffer);
                there.ShouldBe(box);
                buffer.Width.ShouldBe(Width);
                cut += buffer.Height < Height ? 1 : 0;
                ShouldBeSame(buffer, there, whole, box, $"{name} {box}");
            }
        }
        cut.ShouldBeGreaterThan(30); // something was saved
    }

    [Fact]
    public void DecodeRegion_OfAProgressiveFile_DecodesTheWhole()
    {
        var buffer = new PixelBuffer();
        Decode(oracle.BytesOf("progressive-420.jpg"), "p", new CropBox(0, 0, 50, 50), 50, 50, buffer);
        buffer.Height.ShouldBe(Height);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void DecodeRegion_MuchLargerThanItsResult_IsScaledAndNearTheMeans(int scale)
    {
        var buffer = new PixelBuffer();
        foreach (var name in oracle.Cases("parts").Select(part => part.GetString()!))
        {
            var data = oracle.BytesOf(name);
            var whole = RgbImage.Decode(data, name);
            var box = new CropBox(5 * scale, 3 * scale, 40 * scale, 30 * scale);
            var there = Decode(data, name, box, 40, 30, buffer);
            there.ShouldBe(new CropBox(5, 3, 40, 30));
            buffer.Width.ShouldBe((Width + scale - 1) / scale);
            double error = 0;
            for (var y = 0; y < 30; y++)
            {
                for (var x = 0; x < 40; x++)
                {
                    var at = (((y + 3) * buffer.Width) + x + 5) * 3;
                    var light = Light(buffer.Pixels.Slice(at, 3));
                    error += Math.Abs(light - Mean(whole, (x + 5) * scale, (y + 3) * scale, scale));
                }
            }
            (error / (30 * 40)).ShouldBeLessThan(3, name);
        }
    }

    [Fact]
    public void DecodeRegion_OneColumnTooFewForTheScale_StaysFiner()
    {
        var buffer = new PixelBuffer();
        var data = oracle.BytesOf("420.jpg");
        Decode(data, "x", new CropBox(0, 0, 448, 400), 224, 200, buffer).ShouldBe(new CropBox(0, 0, 224, 200));
        Decode(data, "x", new CropBox(0, 0, 447, 400), 224, 200, buffer).ShouldBe(new CropBox(0, 0, 447, 400));
        // The last columns of a side that does not divide.
        Decode(data, "x", new CropBox(75, 11, 448, 400), 224, 200, buffer).ShouldBe(new CropBox(38, 6, 224, 200));
        buffer.Width.ShouldBe(262);
    }

    [Fact]
    public void DecodeRegion_OfATruncatedFile_ThrowsBrokenImage()
    {
        var data = oracle.BytesOf("420.jpg");
        foreach (var percent in new[] { 2, 30, 60, 95 })
        {
            var cut = data[..(data.Length * percent / 100)];
            Should.Throw<BrokenImageException>(() =>
                Decode(cut, "cut.jpg", new CropBox(0, 0, 60, 60), 60, 60, new PixelBuffer())
            );
        }
    }

    [Fact]
    public void DecodeRegion_APartOutsideTheImage_Throws() =>
        Should
            .Throw<ArgumentException>(() =>
                Decode(oracle.BytesOf("420.jpg"), "x.jpg", new CropBox(500, 0, 24, 10), 24, 10, new PixelBuffer())
            )
            .Message.ShouldContain("is not inside the image of 523 x 411");

    [Fact]
    public void DecodeRegion_OfOtherFormats_DecodesTheWhole()
    {
        var image = TestImages.Noise(60, 50, 3);
        var buffer = new PixelBuffer();
        var box = new CropBox(10, 20, 30, 25);
        Decode(image.ToPng(), "x.png", box, 5, 5, buffer).ShouldBe(box);
        buffer.Pixels.SequenceEqual(image.Pixels).ShouldBeTrue();
    }

    [Fact]
    public void DecodeRegion_AboveTheLimits_Throws() =>
        Should.Throw<ImageTooLargeException>(() =>
            ImageCodecs.DecodeRegion(
                oracle.BytesOf("420.jpg"),
                "x.jpg",
                _ => new CropBox(0, 0, 10, 10),
                10,
                10,
                new DecodeLimits { MaxPixels = 1000 },
                new PixelBuffer()
            )
        );

    private static CropBox Decode(byte[] data, string name, CropBox box, int width, int height, PixelBuffer buffer) =>
        ImageCodecs.DecodeRegion(data, name, _ => box, width, height, DecodeLimits.Default, buffer);

    private static CropBox Box(TorchRandom random)
    {
        var width = (int)random.RandInt(1, Width + 1);
        var height = (int)random.RandInt(1, Height + 1);
        return new CropBox(
            (int)random.RandInt(0, Width - width + 1),
            (int)random.RandInt(0, Height - height + 1),
            width,
            height
        );
    }

    private static void ShouldBeSame(PixelBuffer buffer, CropBox there, RgbImage whole, CropBox box, string name)
    {
        for (var y = 0; y < box.Height; y++)
        {
            buffer
                .Pixels.Slice((((there.Top + y) * buffer.Width) + there.Left) * 3, box.Width * 3)
                .SequenceEqual(whole.Pixels.AsSpan((((box.Top + y) * Width) + box.Left) * 3, box.Width * 3))
                .ShouldBeTrue($"{name}, row {y}");
        }
    }

    // Of the lightness alone: colours are stored at half the resolution.
    private static double Light(ReadOnlySpan<byte> rgb) => (0.299 * rgb[0]) + (0.587 * rgb[1]) + (0.114 * rgb[2]);

    private static double Mean(RgbImage image, int left, int top, int side)
    {
        double sum = 0;
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                sum += Light(image.Pixels.AsSpan((((top + y) * Width) + left + x) * 3, 3));
            }
        }
        return sum / (side * side);
    }
}

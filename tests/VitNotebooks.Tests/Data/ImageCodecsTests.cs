using System.Buffers.Binary;
using System.Text.Json;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Data.Codecs;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(TransformOracleCollection.Name)]
public sealed class ImageCodecsTests(TransformOracle oracle)
{
    [Fact]
    public void Load_EveryKindOfFile_IsBitForBitPillows()
    {
        var files = 0;
        foreach (var file in oracle.Cases("files"))
        {
            var name = file.GetProperty("name").GetString()!;
            var image = RgbImage.Load(oracle.PathOf(name));
            var expected = oracle.Pixels(file);
            (image.Width, image.Height).ShouldBe((expected.Width, expected.Height), name);
            image.Pixels.AsSpan().SequenceEqual(expected.Pixels).ShouldBeTrue(name);
            files++;
        }
        files.ShouldBe(16);
    }

    [Fact]
    public void Load_GreyOf16Bits_IsRefusedByNameWithTheRemedy()
    {
        var path = oracle.PathOf("sixteen-grey.png");
        var error = Should.Throw<UnsupportedImageException>(() => RgbImage.Load(path));
        error.File.ShouldBe(path);
        error.Message.ShouldContain("grey pixels of 16 bits");
        error.Message.ShouldContain("Save it with 8 bits");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 5)]
    [InlineData(64, 33)]
    public void ToPng_AnyImage_ReadsBackTheSame(int width, int height)
    {
        var image = TestImages.Noise(width, height, 4);
        var back = RgbImage.Decode(image.ToPng(), "memory");
        (back.Width, back.Height).ShouldBe((width, height));
        back.Pixels.ShouldBe(image.Pixels);
    }

    [Fact]
    public void ToJpeg_AGradient_ReadsBackNearly()
    {
        var image = TestImages.Gradient(61, 40);
        var back = RgbImage.Decode(image.ToJpeg(95), "memory");
        (back.Width, back.Height).ShouldBe((61, 40));
        back.Pixels.Zip(image.Pixels, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(16);
    }

    [Theory]
    [InlineData(".png")]
    [InlineData(".jpg")]
    public void Load_FileCutAnywhere_ThrowsBrokenImage(string ending)
    {
        using var folder = new DataFolder();
        var path = folder["whole" + ending];
        TestImages.Noise(48, 40, 1).Save(path);
        var whole = File.ReadAllBytes(path);
        foreach (var percent in new[] { 2, 10, 40, 70, 95 })
        {
            var cut = folder.Write(whole[..Math.Max(12, whole.Length * percent / 100)], "cut" + ending);
            var error = Should.Throw<BrokenImageException>(() => RgbImage.Load(cut), $"{percent}% of {ending}");
            error.File.ShouldBe(cut);
            error.Message.ShouldContain(cut);
            error.Message.ShouldContain("broken");
            error.Message.ShouldContain("SkipAndCount");
        }
    }

    [Fact]
    public void Load_AfterABrokenHeader_ReadsTheNextFile()
    {
        var whole = TestImages.Gradient(30, 20).ToJpeg();
        var expected = RgbImage.Decode(whole, "whole.jpg").Pixels;
        foreach (var length in new[] { 4, 100, 300, whole.Length - 40 })
        {
            Should.Throw<BrokenImageException>(() => RgbImage.Decode(whole.AsSpan(0, length), "cut.jpg"));
            RgbImage.Decode(whole, "whole.jpg").Pixels.ShouldBe(expected);
        }
    }

    [Fact]
    public void Load_PngWithAFlippedBit_ThrowsBrokenImage()
    {
        var data = TestImages.Noise(20, 20, 1).ToPng();
        data[data.Length / 2] ^= 4;
        Should
            .Throw<BrokenImageException>(() => RgbImage.Decode(data, "flipped.png"))
            .Message.ShouldContain("libspng says");
    }

    [Theory]
    [InlineData("GIF89a..........", "a GIF file")]
    [InlineData("BM..............", "a BMP file")]
    [InlineData("<!DOCTYPE html>", "HTML")]
    [InlineData("", "an empty file")]
    [InlineData("hello, world", "no image format known here")]
    public void Load_NotAnImage_SaysWhatItIs(string content, string found)
    {
        using var folder = new DataFolder();
        var path = folder.Write(System.Text.Encoding.ASCII.GetBytes(content), "cat.jpg");
        var error = Should.Throw<NotAnImageException>(() => RgbImage.Load(path));
        error.Message.ShouldContain(path);
        error.Message.ShouldContain(found);
        error.Message.ShouldContain("expected a JPEG");
    }

    [Fact]
    public void Load_NoSuchFile_Throws() =>
        Should
            .Throw<FileNotFoundException>(() => RgbImage.Load("/nowhere/cat.jpg"))
            .Message.ShouldContain("/nowhere/cat.jpg");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decode_AboveTheLimitOfPixels_ThrowsBeforeMemoryIsSpent(bool png)
    {
        var image = TestImages.Gradient(100, 100);
        var error = Should.Throw<ImageTooLargeException>(() =>
            RgbImage.Decode(png ? image.ToPng() : image.ToJpeg(), "big", new DecodeLimits { MaxPixels = 9_999 })
        );
        error.Message.ShouldContain("100 x 100 = 10,000 pixels; the limit is 9,999");
    }

    [Fact]
    public void Decode_PngThatClaims60000Squared_ThrowsTooLarge()
    {
        var data = TestImages.Gradient(4, 4).ToPng();
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(16), 60_000);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(20), 60_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<ImageTooLargeException>(() => RgbImage.Decode(data, "bomb.png"));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void Decode_AboveTheLimitOfBytes_Throws() =>
        Should
            .Throw<ImageTooLargeException>(() =>
                RgbImage.Decode(TestImages.Noise(30, 30, 0).ToPng(), "big.png", new DecodeLimits { MaxFileBytes = 100 })
            )
            .Message.ShouldContain("the limit for an image file is 100");

    [Fact]
    public void Save_UnknownEnding_ThrowsASentence() =>
        Should
            .Throw<ArgumentException>(() => TestImages.Noise(2, 2, 0).Save("x.gif"))
            .Message.ShouldContain("expected .png, .jpg or .jpeg");
}

using System.Buffers.Binary;
using System.Text.Json;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Data.Codecs;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(CodecOracleCollection.Name)]
public sealed class WebpCodecTests(CodecOracle oracle)
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
        files.ShouldBe(15);
    }

    [Theory]
    [InlineData("lossy.webp", "WebP, lossy")]
    [InlineData("lossless.webp", "WebP, lossless")]
    [InlineData("lossy-alpha.webp", "WebP, lossy, alpha")]
    [InlineData("animated.webp", "WebP, mixed, animated")]
    public void ReadHeader_AFile_SaysWhatItIs(string name, string kind)
    {
        var header = new WebpCodec().ReadHeader(oracle.BytesOf(name), name);
        header.ShouldBe(new ImageHeader(161, 120, kind));
    }

    [Theory]
    [InlineData("lossy.webp")]
    [InlineData("lossless.webp")]
    [InlineData("animated.webp")]
    public void Decode_CutAnywhere_ThrowsBrokenImage(string name)
    {
        var whole = oracle.BytesOf(name);
        // Of an animation only the first frame is needed, which is a third of it.
        foreach (var percent in new[] { 1, 5, 15, 25 })
        {
            var length = Math.Max(14, whole.Length * percent / 100);
            var error = Should.Throw<BrokenImageException>(() => RgbImage.Decode(whole.AsSpan(0, length), "cut.webp"));
            error.Message.ShouldContain("cut.webp: a broken WebP of");
            error.Message.ShouldContain("SkipAndCount");
        }
    }

    [Fact]
    public void Decode_AboveTheLimitOfPixels_ThrowsBeforeMemoryIsSpent()
    {
        var data = oracle.BytesOf("animated.webp");
        // The canvas of 24 bits a side, of which one is 1.
        var canvas = data.AsSpan().IndexOf("VP8X"u8) + 12;
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(canvas), 59_999);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(canvas + 3), 59_999);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Should
            .Throw<ImageTooLargeException>(() => RgbImage.Decode(data, "bomb.webp"))
            .Message.ShouldContain("60,000 x 60,000");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void Decode_AFrameBeyondItsCanvas_ThrowsBrokenImage()
    {
        var data = oracle.BytesOf("small-frame.webp");
        data[data.AsSpan().IndexOf("ANMF"u8) + 8] = 100; // 200 pixels from the left
        Should
            .Throw<BrokenImageException>(() => RgbImage.Decode(data, "beyond.webp"))
            .Message.ShouldContain("leaves the canvas of 161 x 120");
    }

    [Fact]
    public void Decode_AnAnimationWithoutFrames_ThrowsBrokenImage()
    {
        var data = oracle.BytesOf("small-frame.webp");
        "XXXX"u8.CopyTo(data.AsSpan(data.AsSpan().IndexOf("ANMF"u8)));
        Should
            .Throw<BrokenImageException>(() => RgbImage.Decode(data, "empty.webp"))
            .Message.ShouldContain("it is animated and has no whole frame");
    }
}

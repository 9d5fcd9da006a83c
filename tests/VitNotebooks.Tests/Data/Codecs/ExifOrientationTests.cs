using System.Text.Json;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Data.Codecs;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(CodecOracleCollection.Name)]
public sealed class ExifOrientationTests(CodecOracle oracle)
{
    [Fact]
    public void Decode_EveryOrientationAndFormat_IsStoredOrTurnedAsPillowDoes()
    {
        var files = 0;
        foreach (var file in oracle.Cases("turned"))
        {
            var name = file.GetProperty("name").GetString()!;
            ShouldBe(RgbImage.Load(oracle.PathOf(name)), oracle.Pixels(file.GetProperty("stored")), name);
            var buffer = new PixelBuffer();
            var data = oracle.BytesOf(name);
            ImageCodecs.Decode(data, name, new DecodeOptions { ApplyOrientation = true }, buffer);
            ShouldBe(buffer.ToImage(), oracle.Pixels(file), name);
            ImageCodecs
                .For(data, name)
                .ReadOrientation(data)
                .ShouldBe(file.GetProperty("orientation").GetInt32(), name);
            files++;
        }
        files.ShouldBe(24);
    }

    [Fact]
    public void Decode_TurnedAndScaled_NeedsItsSidesTurned()
    {
        // 37 x 91 stored, 91 x 37 upright: half of that is enough for 45 x 18, and not for 46 x 18.
        var data = oracle.BytesOf("turned-6.jpg");
        var buffer = new PixelBuffer();
        var options = new DecodeOptions { ApplyOrientation = true, AtLeast = (45, 18) };
        ImageCodecs.Decode(data, "turned-6.jpg", options, buffer);
        (buffer.Width, buffer.Height).ShouldBe((46, 19));
        ImageCodecs.Decode(data, "turned-6.jpg", options with { AtLeast = (46, 18) }, buffer);
        (buffer.Width, buffer.Height).ShouldBe((91, 37));
    }

    [Theory]
    [InlineData("")]
    [InlineData("49492A0008000000")]
    [InlineData("49492A00FFFFFFFF0100")]
    [InlineData("49492A00080000000100")]
    [InlineData("49492A000800000001001201030001000000090000")]
    [InlineData("49492A00080000000100120103000100000009000000")]
    [InlineData("49492A00080000000100120102000100000006000000")]
    [InlineData("4D4D002A00000008FFFF01120003000000010000000000")]
    public void Of_ABlockThatMakesNoSense_IsUpright(string hex) =>
        ExifOrientation.Of(Convert.FromHexString(hex)).ShouldBe(ExifOrientation.Upright);

    [Theory]
    [InlineData("4578696600004D4D002A000000080001011200030000000100060000", 6)]
    [InlineData("49492A00080000000100120104000100000003000000", 3)]
    public void Of_ABlockOfEitherOrderOfBytes_IsRead(string hex, int orientation) =>
        ExifOrientation.Of(Convert.FromHexString(hex)).ShouldBe(orientation);

    private static void ShouldBe(RgbImage image, RgbImage expected, string name)
    {
        (image.Width, image.Height).ShouldBe((expected.Width, expected.Height), name);
        image.Pixels.AsSpan().SequenceEqual(expected.Pixels).ShouldBeTrue(name);
    }
}

using System.Text.Json;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Data.Codecs;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>Damaged JPEGs: what Pillow takes is taken, with its pixels, and what it refuses is refused.</summary>
[Collection(CodecOracleCollection.Name)]
public sealed class JpegDamageTests(CodecOracle oracle)
{
    [Fact]
    public void Decode_ADamagedFile_IsTakenOrRefusedAsPillowDoes()
    {
        var taken = 0;
        var refused = 0;
        foreach (var (name, data, expected) in Damaged())
        {
            if (expected is null)
            {
                var error = Should.Throw<BrokenImageException>(() => RgbImage.Decode(data, name), name);
                error.Message.ShouldContain("a broken JPEG");
                refused++;
                continue;
            }
            var image = RgbImage.Decode(data, name);
            (image.Width, image.Height).ShouldBe((expected.Width, expected.Height), name);
            image.Pixels.AsSpan().SequenceEqual(expected.Pixels).ShouldBeTrue(name);
            taken++;
        }
        taken.ShouldBeGreaterThan(150);
        refused.ShouldBeGreaterThan(150);
    }

    [Theory]
    [InlineData("ends-early", true)]
    [InlineData("rubbish-behind", true)]
    [InlineData("wrong-within", true)]
    public void Decode_DamageByIntent_IsWhatItsNameSays(string name, bool isTaken)
    {
        (string, byte[], RgbImage? Expected)[] files =
        [
            .. Damaged().Where(file => file.Name.StartsWith(name, StringComparison.Ordinal)),
        ];
        files.Length.ShouldBe(6);
        files.ShouldAllBe(file => file.Expected != null == isTaken);
    }

    [Fact]
    public void Decode_TheEndMarkAloneIsMissing_IsRefused()
    {
        string[] names = [.. oracle.Cases("endless").Select(name => name.GetString()!)];
        names.Length.ShouldBe(6);
        foreach (var name in names)
        {
            Should.Throw<BrokenImageException>(() => RgbImage.Decode(oracle.BytesOf(name), name), name);
        }
    }

    [Fact]
    public void DecodeRegion_OfADamagedFile_AgreesWithTheWhole()
    {
        var codec = new JpegCodec();
        var buffer = new PixelBuffer();
        foreach (var (name, data, expected) in Damaged())
        {
            ImageHeader header;
            try
            {
                header = codec.ReadHeader(data, name);
            }
            catch (BrokenImageException) when (expected is null)
            {
                continue;
            }
            var box = new CropBox(0, 0, header.Width, Math.Max(1, header.Height / 3));
            void Decode() => codec.DecodeRegion(data, name, box, box.Width, box.Height, DecodeLimits.Default, buffer);
            if (expected is null)
            {
                Should.Throw<BrokenImageException>(Decode, name);
                continue;
            }
            Decode();
            var bytes = box.Width * box.Height * 3;
            buffer.Pixels[..bytes].SequenceEqual(expected.Pixels.AsSpan(0, bytes)).ShouldBeTrue(name);
        }
    }

    private IEnumerable<(string Name, byte[] Data, RgbImage? Expected)> Damaged()
    {
        foreach (var file in oracle.Cases("damaged"))
        {
            var name = file.GetProperty("name").GetString()!;
            var pixels = file.GetProperty("pixels");
            yield return (
                name,
                oracle.BytesOf(name),
                pixels.ValueKind == JsonValueKind.Null ? null : oracle.Pixels(pixels)
            );
        }
    }
}

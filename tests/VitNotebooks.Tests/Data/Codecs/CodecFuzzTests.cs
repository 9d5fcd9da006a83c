using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Data.Codecs;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>Mutated files of every format: an image within the limits or a typed error, in bounded time, whole or in parts.</summary>
[Collection(CodecOracleCollection.Name)]
public sealed class CodecFuzzTests(CodecOracle oracle)
{
    private static readonly DecodeLimits Limits = new() { MaxPixels = 300_000, MaxFileBytes = 1 << 20 };

    public static TheoryData<string> Formats => ["JPEG", "PNG", "WebP"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Decode_ThreeThousandMutants_GivesAnImageOrATypedError(string format) => Mutate(format, 3_000, 21);

    [Theory]
    [MemberData(nameof(Formats))]
    [Trait("Category", "OnDemand")]
    public void Decode_AHundredThousandMutants_GivesAnImageOrATypedError(string format) => Mutate(format, 100_000, 22);

    private void Mutate(string format, int rounds, long seed)
    {
        byte[][] seeds = [.. Seeds(format)];
        seeds.ShouldAllBe(file => ImageCodecs.For(file, "seed").Format == format);
        var random = new TorchRandom(seed);
        var buffer = new PixelBuffer();
        var (images, errors) = (0, 0);
        long slowest = 0;
        for (var round = 0; round < rounds; round++)
        {
            var data = FileMutations.Next(seeds[round % seeds.Length], random);
            var start = Environment.TickCount64;
            try
            {
                if (round % 3 == 2)
                {
                    // A box that may lie anywhere: the middle of what the header says.
                    ImageCodecs.DecodeRegion(data, "mutant", Middle, 8, 8, Limits, buffer);
                }
                else
                {
                    ImageCodecs.Decode(
                        data,
                        "mutant",
                        new DecodeOptions { Limits = Limits, ApplyOrientation = round % 2 == 0 },
                        buffer
                    );
                }
                ((long)buffer.Width * buffer.Height).ShouldBeInRange(1, Limits.MaxPixels);
                images++;
            }
            catch (ImageFileException e)
            {
                e.File.ShouldBe("mutant");
                errors++;
            }
            slowest = Math.Max(slowest, Environment.TickCount64 - start);
        }
        images.ShouldBeGreaterThan(rounds / 100);
        errors.ShouldBeGreaterThan(rounds / 20);
        slowest.ShouldBeLessThan(20_000); // ms; a mutant that takes for ever would take longer
    }

    private IEnumerable<byte[]> Seeds(string format) =>
        format switch
        {
            "JPEG" =>
            [
                TestImages.Gradient(40, 33).ToJpeg(),
                oracle.BytesOf("turned-6.jpg"),
                oracle.BytesOf("small-420.jpg"),
                oracle.BytesOf("small-progressive.jpg"),
                oracle.BytesOf("small-cmyk.jpg"),
            ],
            "PNG" =>
            [
                TestImages.Gradient(40, 33).ToPng(),
                oracle.BytesOf("turned-6.png"),
                oracle.BytesOf("sixteen-rgba.png"),
                oracle.BytesOf("animated.png"),
            ],
            _ =>
            [
                oracle.BytesOf("odd.webp"),
                oracle.BytesOf("turned-6.webp"),
                oracle.BytesOf("lossless.webp"),
                oracle.BytesOf("lossy-alpha.webp"),
                oracle.BytesOf("small-frame.webp"),
                oracle.BytesOf("animated-alpha.webp"),
            ],
        };

    private static CropBox Middle(ImageHeader header) =>
        new(header.Width / 4, header.Height / 4, Math.Max(1, header.Width / 2), Math.Max(1, header.Height / 2));
}

using System.Security.Cryptography;
using System.Text.Json;
using VitNotebooks.Data;
using VitNotebooks.Oracles;

namespace VitNotebooks.Tests.Data;

/// <summary>What timm 0.4.12 makes of levels, lambdas and places: tests/oracles/originals/timm_augmentations.py made it, and it is checked in.</summary>
internal static class TimmValues
{
    private static readonly JsonDocument Document = JsonDocument.Parse(
        File.ReadAllBytes(Path.Combine(PythonOracle.Folder, "values", "originals", "timm_augmentations.json"))
    );

    /// <summary>The picture that the script computes.</summary>
    public static RgbImage Picture { get; } = Make(41, 29);

    public static JsonElement Get(string name) => Document.RootElement.GetProperty(name);

    public static IEnumerable<JsonElement> Cases(string name) => Get(name).EnumerateArray();

    public static float[] Floats(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetSingle())];

    /// <summary>The first 16 hexadecimal digits of SHA-256 over the bytes.</summary>
    public static string Digest(ReadOnlySpan<byte> pixels) => Convert.ToHexStringLower(SHA256.HashData(pixels))[..16];

    /// <summary>timm's name of an operation and the scale of levels that it implies.</summary>
    public static (PixelOperation Operation, TimmOperations.Scale Scale) Operation(string name)
    {
        var scale =
            name.EndsWith("Increasing", StringComparison.Ordinal) ? TimmOperations.Scale.Increasing
            : name.EndsWith("Original", StringComparison.Ordinal) ? TimmOperations.Scale.Original
            : TimmOperations.Scale.Plain;
        var plain = name.Replace("Increasing", "", StringComparison.Ordinal)
            .Replace("Original", "", StringComparison.Ordinal)
            .Replace("Rel", "", StringComparison.Ordinal);
        return (Enum.Parse<PixelOperation>(plain), scale);
    }

    private static RgbImage Make(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (y, x, c) = (i / 3 / width, i / 3 % width, i % 3);
            pixels[i] = (byte)((x * 5) + (y * 7) + (c * 40) + (x * y % 23 * 3));
        }
        return new RgbImage(width, height, pixels);
    }
}

using System.Text.Json;
using VitNotebooks.Data;
using VitNotebooks.Oracles;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>What tests/oracles/augmentations.py made, once for all tests that compare with it; of photographs too, where VITNB_DATA has them.</summary>
public sealed class AugmentationOracle : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly JsonDocument _manifest;
    private readonly byte[] _pixels;

    public AugmentationOracle()
    {
        string[] photographs = PhotographsFactAttribute.Folder is { } folder ? [folder] : [];
        PythonOracle.Run("augmentations.py", TimeSpan.FromMinutes(5), [_folder.Path, .. photographs]);
        _manifest = JsonDocument.Parse(File.ReadAllBytes(_folder["manifest.json"]));
        _pixels = File.ReadAllBytes(_folder["pixels.raw"]);
        Images = [.. Cases("images").Select(Picture)];
        Made = _manifest.RootElement.GetProperty("made").GetInt32();
    }

    /// <summary>First the made ones, then the photographs.</summary>
    public IReadOnlyList<RgbImage> Images { get; }

    /// <summary>How many of the images were made.</summary>
    public int Made { get; }

    public IEnumerable<JsonElement> Cases(string name) => _manifest.RootElement.GetProperty(name).EnumerateArray();

    public RgbImage Picture(JsonElement entry)
    {
        var width = entry[0].GetInt32();
        var height = entry[1].GetInt32();
        return new RgbImage(width, height, _pixels.AsSpan(entry[2].GetInt32(), width * height * 3).ToArray());
    }

    public float[] Numbers(int offset, int count)
    {
        var numbers = new float[count];
        Buffer.BlockCopy(_pixels, offset, numbers, 0, count * 4);
        return numbers;
    }

    public void Dispose()
    {
        _manifest.Dispose();
        _folder.Dispose();
    }
}

/// <summary>Shares one oracle among the test classes.</summary>
[CollectionDefinition(Name)]
public sealed class AugmentationOracleCollection : ICollectionFixture<AugmentationOracle>
{
    public const string Name = "augmentation oracle";
}

/// <summary>A test on photographs: skipped unless <c>VITNB_DATA</c> names a folder with <c>imagenet-sample-100</c> in it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PhotographsFactAttribute : FactAttribute
{
    /// <summary>The folder, if it is there.</summary>
    public static string? Folder { get; } = Find();

    public PhotographsFactAttribute()
    {
        if (Folder is null)
        {
            Skip = "VITNB_DATA names no folder with imagenet-sample-100, whose photographs this test looks at.";
        }
    }

    private static string? Find()
    {
        var data = Environment.GetEnvironmentVariable("VITNB_DATA");
        var folder = Path.Combine(string.IsNullOrEmpty(data) ? "." : data, "imagenet-sample-100");
        return !string.IsNullOrEmpty(data) && Directory.Exists(folder) ? folder : null;
    }
}

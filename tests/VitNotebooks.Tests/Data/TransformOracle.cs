using System.Text.Json;
using VitNotebooks.Data;
using VitNotebooks.Oracles;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>What tests/oracles/transforms.py made, once for all tests that compare with it.</summary>
public sealed class TransformOracle : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly JsonDocument _manifest;

    public TransformOracle()
    {
        PythonOracle.Run("transforms.py", TimeSpan.FromMinutes(3), _folder.Path);
        _manifest = JsonDocument.Parse(File.ReadAllBytes(_folder["manifest.json"]));
        Images = [.. Cases("images").Select(Pixels)];
    }

    public JsonElement Manifest => _manifest.RootElement;

    public IReadOnlyList<RgbImage> Images { get; }

    public IEnumerable<JsonElement> Cases(string name) => Manifest.GetProperty(name).EnumerateArray();

    public string PathOf(string name) => _folder[name];

    public byte[] Bytes(JsonElement entry, string property = "file") =>
        File.ReadAllBytes(_folder[entry.GetProperty(property).GetString()!]);

    public float[] Floats(JsonElement entry, string property = "file")
    {
        var bytes = Bytes(entry, property);
        var numbers = new float[bytes.Length / 4];
        Buffer.BlockCopy(bytes, 0, numbers, 0, bytes.Length);
        return numbers;
    }

    public RgbImage Pixels(JsonElement entry) =>
        new(entry.GetProperty("width").GetInt32(), entry.GetProperty("height").GetInt32(), Bytes(entry));

    public void Dispose()
    {
        _manifest.Dispose();
        _folder.Dispose();
    }
}

/// <summary>Shares one oracle among the test classes.</summary>
[CollectionDefinition(Name)]
public sealed class TransformOracleCollection : ICollectionFixture<TransformOracle>
{
    public const string Name = "transform oracle";
}

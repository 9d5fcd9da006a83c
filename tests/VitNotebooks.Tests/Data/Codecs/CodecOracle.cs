using System.Text.Json;
using VitNotebooks.Data;
using VitNotebooks.Oracles;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>What tests/oracles/codecs.py made, once for all tests that compare with it.</summary>
public sealed class CodecOracle : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly JsonDocument _manifest;

    public CodecOracle()
    {
        PythonOracle.Run("codecs.py", TimeSpan.FromMinutes(3), _folder.Path);
        _manifest = JsonDocument.Parse(File.ReadAllBytes(_folder["manifest.json"]));
    }

    public IEnumerable<JsonElement> Cases(string name) => _manifest.RootElement.GetProperty(name).EnumerateArray();

    public string PathOf(string name) => _folder[name];

    public byte[] BytesOf(string name) => File.ReadAllBytes(_folder[name]);

    public RgbImage Pixels(JsonElement entry) =>
        new(
            entry.GetProperty("width").GetInt32(),
            entry.GetProperty("height").GetInt32(),
            BytesOf(entry.GetProperty("file").GetString()!)
        );

    public void Dispose()
    {
        _manifest.Dispose();
        _folder.Dispose();
    }
}

/// <summary>Shares one oracle among the test classes.</summary>
[CollectionDefinition(Name)]
public sealed class CodecOracleCollection : ICollectionFixture<CodecOracle>
{
    public const string Name = "codec oracle";
}

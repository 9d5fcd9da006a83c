using System.Text.Json;
using VitNotebooks.Oracles;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>The HDF5 files that tests/oracles/hdf5.py wrote with h5py, once for all tests that read them, and what h5py sees in them.</summary>
public sealed class Hdf5Oracle : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly Lazy<JsonDocument> _known;

    public Hdf5Oracle() => _known = new(() => PythonOracle.RunJson("hdf5.py", TimeSpan.FromMinutes(2), _folder.Path));

    public JsonElement this[params string[] path] =>
        path.Aggregate(_known.Value.RootElement, (node, name) => node.GetProperty(name));

    public string PathOf(params string[] parts)
    {
        _ = _known.Value;
        return _folder[parts];
    }

    public static int[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetInt32())];

    public void Dispose()
    {
        if (_known.IsValueCreated)
        {
            _known.Value.Dispose();
        }
        _folder.Dispose();
    }
}

/// <summary>Shares one oracle among the test classes.</summary>
[CollectionDefinition(Name)]
public sealed class Hdf5OracleCollection : ICollectionFixture<Hdf5Oracle>
{
    public const string Name = "hdf5 oracle";
}

using System.Text.Json;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Oracles;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>The small datasets that tests/oracles/datasets.py wrote, once for all tests that read them, and what Python's own readers see in them.</summary>
public sealed class DatasetOracle : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly JsonDocument _known;

    public DatasetOracle() =>
        _known = PythonOracle.RunJson("datasets.py", TimeSpan.FromMinutes(2), "write", _folder.Path);

    public JsonElement this[params string[] path] =>
        path.Aggregate(_known.RootElement, (node, name) => node.GetProperty(name));

    public string PathOf(params string[] parts) => _folder[parts];

    /// <summary>That a split has the labels and pixels that Python's reader has.</summary>
    /// <param name="data">The split.</param>
    /// <param name="known">What Python's reader has.</param>
    public static void Check(IImageDataset data, JsonElement known)
    {
        int[] labels = [.. known.GetProperty("labels").EnumerateArray().Select(label => label.GetInt32())];
        Enumerable.Range(0, data.Count).Select(data.Label).ShouldBe(labels);
        long[] sums = [.. known.GetProperty("sums").EnumerateArray().Select(sum => sum.GetInt64())];
        Enumerable.Range(0, data.Count).Select(i => Sum(data.Read(i).Pixels)).ShouldBe(sums);
        var buffer = new PixelBuffer();
        data.ReadInto(data.Count - 1, buffer);
        Sum(buffer.Pixels).ShouldBe(sums[^1]);
    }

    public static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(text => text.GetString()!)];

    /// <summary>A manifest with other counts.</summary>
    public static DatasetManifest WithCounts(string name, params (string Split, int Count)[] counts) =>
        DatasetManifests.Get(name) with
        {
            Splits =
            [
                .. DatasetManifests
                    .Get(name)
                    .Splits.Select(split =>
                        split with
                        {
                            Count = counts.FirstOrDefault(c => c.Split == split.Name) is { Split: not null } found
                                ? found.Count
                                : split.Count,
                        }
                    ),
            ],
        };

    public void Dispose()
    {
        _known.Dispose();
        _folder.Dispose();
    }

    private static long Sum(ReadOnlySpan<byte> pixels)
    {
        long sum = 0;
        for (var i = 0; i < pixels.Length; i++)
        {
            sum += ((i % 251) + 1) * pixels[i];
        }
        return sum;
    }
}

/// <summary>Shares one oracle among the test classes.</summary>
[CollectionDefinition(Name)]
public sealed class DatasetOracleCollection : ICollectionFixture<DatasetOracle>
{
    public const string Name = "dataset oracle";
}

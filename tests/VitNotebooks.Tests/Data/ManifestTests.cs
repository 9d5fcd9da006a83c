using System.Text.Json;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class ManifestTests
{
    [Fact]
    public void Cifar10_Manifest_AgreesWithTheReader()
    {
        string path = Path.Combine(Folder(), "cifar10.json");
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement root = json.RootElement;
        root.GetProperty("name").GetString().ShouldBe("cifar10");
        root.GetProperty("archive").GetProperty("folder").GetString().ShouldBe(Cifar10.FolderName);
        root.GetProperty("classes").GetArrayLength().ShouldBe(10);
        var sizes = root.GetProperty("files")
            .EnumerateArray()
            .ToDictionary(f => f.GetProperty("name").GetString()!, f => f.GetProperty("size").GetInt64());
        foreach (JsonProperty split in root.GetProperty("splits").EnumerateObject())
        {
            // A record is a label and 32 x 32 x 3 bytes.
            long bytes = split.Value.GetProperty("files").EnumerateArray().Sum(f => sizes[f.GetString()!]);
            bytes.ShouldBe(split.Value.GetProperty("count").GetInt64() * 3073);
        }
        foreach (JsonElement file in root.GetProperty("files").EnumerateArray())
        {
            file.GetProperty("sha256").GetString()!.ShouldMatch("^[0-9a-f]{64}$");
        }
        Floats(root, "mean").ShouldBe(ChannelStatistics.Cifar10.Mean);
        Floats(root, "std").ShouldBe(ChannelStatistics.Cifar10.Std);
    }

    private static float[] Floats(JsonElement root, string name) =>
        [.. root.GetProperty("normalization").GetProperty(name).EnumerateArray().Select(v => v.GetSingle())];

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "data-manifests");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }
        throw new DirectoryNotFoundException("No folder data-manifests above the tests; run them from a checkout.");
    }
}

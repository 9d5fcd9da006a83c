using System.Text;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Oracles;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>Where datasets are looked for when nobody says: where <c>vitnb data get</c> puts them.</summary>
[Collection(Alone.Name)]
public sealed class DatasetsRootTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly Dictionary<string, string?> _before = [];

    public DatasetsRootTests()
    {
        Set(Datasets.RootVariable, null);
        Set("VITNB_CACHE", _folder["cache"]);
    }

    [Fact]
    public void Open_WithoutARoot_LooksWhereTheStorePutsWhatItFetches()
    {
        DatasetStore.DefaultRoot.ShouldBe(_folder["cache", "vitnotebooks", "data"]);
        Datasets.IsPresent("cifar10").ShouldBeFalse();
        var message = Should.Throw<DatasetNotFoundException>(() => Datasets.Open("cifar10")).Message;
        message.ShouldContain($"no cifar-10-batches-bin in {DatasetStore.DefaultRoot}");
        message.ShouldContain("vitnb data get cifar10");
        message.ShouldContain("VITNB_DATA");

        Write(Path.Combine(DatasetStore.DefaultRoot, "cifar-10-batches-bin"), 50);
        Datasets.IsPresent("cifar10").ShouldBeTrue();
        Datasets.Open("cifar10").Train.Count.ShouldBe(50);

        Write(_folder["mine", "cifar-10-batches-bin"], 30);
        Set(Datasets.RootVariable, _folder["mine"]);
        Datasets.Open("cifar10").Train.Count.ShouldBe(30);
    }

    [Fact]
    public void Open_AManifestsFile_LooksThereAndBesideIt()
    {
        var json = """
            {"name":"own","title":"Own","format":"image-folders","folder":"here","homepage":"https://x.org/","licence":"mine","citation":"me",
             "splits":{"train":{"rule":"train"},"test":{"rule":"test"}},"classOrder":"folders, as texts"}
            """;
        var path = _folder.Write(Encoding.UTF8.GetBytes(json), "elsewhere", "own.json");
        Should
            .Throw<DatasetNotFoundException>(() => Datasets.Open(path))
            .Message.ShouldContain($"no here in {DatasetStore.DefaultRoot}, nor in {_folder["elsewhere"]}");
        foreach (var file in new[] { "train/cat/1.png", "train/dog/1.png", "test/cat/1.png", "test/dog/1.png" })
        {
            _folder.Write(TestImages.Noise(8, 8, 1).ToPng(), "elsewhere", "here", file);
        }
        Datasets.Open(path).Train.Count.ShouldBe(2);
        // What was fetched goes first.
        foreach (var file in new[] { "train/cat/1.png", "train/cat/2.png", "train/dog/1.png", "test/dog/1.png" })
        {
            _folder.Write(TestImages.Noise(8, 8, 1).ToPng(), "cache", "vitnotebooks", "data", "here", file);
        }
        Datasets.Open(path).Train.Count.ShouldBe(3);
    }

    public void Dispose()
    {
        foreach (var (name, value) in _before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
        _folder.Dispose();
    }

    private static void Write(string folder, int train) =>
        SyntheticShapes.WriteCifar(folder, new ShapesOptions { Train = train, Test = 20 });

    private void Set(string name, string? value)
    {
        _before.TryAdd(name, Environment.GetEnvironmentVariable(name));
        Environment.SetEnvironmentVariable(name, value);
    }
}

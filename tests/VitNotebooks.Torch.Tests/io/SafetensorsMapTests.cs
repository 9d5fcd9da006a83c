using Shouldly;
using TorchSharp;
using VitNotebooks.Files;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.io_;

public sealed class SafetensorsMapTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vitnb-map-").FullName;

    private string File_(string name = "a.safetensors") => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Dictionary<string, Tensor> Saved()
    {
        var tensors = new Dictionary<string, Tensor>
        {
            ["large"] = randn(1000, 300),
            ["half"] = randn(7).to(ScalarType.Float16),
            ["scalar"] = tensor(3.5),
            ["truth"] = tensor(new[] { true, false, true }),
            ["empty"] = zeros(0, 4),
        };
        Safetensors.Save(File_(), tensors);
        return tensors;
    }

    [Fact]
    public void LoadMapped_SameValues_AndWritingChangesTheTensorAlone()
    {
        using var scope = NewDisposeScope();
        var tensors = Saved();
        var before = File.ReadAllBytes(File_());
        var mapped = Safetensors.LoadMapped(File_());
        foreach (var (name, tensor) in tensors)
        {
            FileDescriptions.Describe(mapped[name]).ShouldBe(FileDescriptions.Describe(tensor));
        }
        mapped["large"].mul_(2);
        mapped["truth"].fill_(false);
        (mapped["large"] / 2).Equals(tensors["large"]).ShouldBeTrue();
        File.ReadAllBytes(File_()).ShouldBe(before);
        Safetensors.Load(File_())["large"].Equals(tensors["large"]).ShouldBeTrue();
    }

    [Fact]
    public void Map_OutlivesTheFileItsNameAndItsReplacement()
    {
        using var scope = NewDisposeScope();
        var tensors = Saved();
        Tensor mapped;
        using (var file = SafetensorsFile.Open(File_()))
        {
            mapped = file.Map("large");
        }
        Safetensors.Save(File_(), [("large", zeros(3))]);
        File.Delete(File_());
        var view = mapped[5];
        mapped.Equals(tensors["large"]).ShouldBeTrue();
        mapped.Dispose();
        view.Equals(tensors["large"][5]).ShouldBeTrue();
    }

    [Fact]
    public void Dispose_Twice_LeavesTheMappedTensorsAlone()
    {
        using var scope = NewDisposeScope();
        var tensors = Saved();
        var file = SafetensorsFile.Open(File_());
        var mapped = file.Map("large");
        file.Dispose();
        file.Dispose();
        mapped.Equals(tensors["large"]).ShouldBeTrue(); // unmapped memory would end the process
    }

    [Fact]
    public void ReadAndMap_OfAClosedFile_Throw()
    {
        using var scope = NewDisposeScope();
        Saved();
        var file = SafetensorsFile.Open(File_());
        file.Map("large").Dispose(); // the mapping is there and has no tensor
        file.Dispose();
        Should.Throw<ObjectDisposedException>(() => file.Map("large"));
        Should.Throw<ObjectDisposedException>(() => file.Read("large"));
    }

    [Fact]
    public void Map_FromManyThreads_MakesOneMapping()
    {
        var tensors = Saved();
        for (var round = 0; round < 50; round++)
        {
            var file = SafetensorsFile.Open(File_());
            Parallel.For(
                0,
                8,
                i =>
                {
                    if (i == 7)
                    {
                        file.Dispose();
                    }
                    else
                    {
                        try
                        {
                            using var mapped = file.Map("large");
                            mapped.shape.ShouldBe([1000L, 300]);
                            mapped[999, 299].ToSingle().ShouldBe(tensors["large"][999, 299].ToSingle());
                        }
                        catch (ObjectDisposedException) { } // closed before this one came
                    }
                }
            );
        }
    }

    [Fact]
    public void Map_LargeFile_ReadsNothingBeforeItIsUsed()
    {
        using var scope = NewDisposeScope();
        Safetensors.Save(File_(), [("a", zeros(64, 1 << 20))]);
        var before = VitNotebooks.Acceleration.Memory.ResidentBytes;
        var mapped = Safetensors.LoadMapped(File_());
        (VitNotebooks.Acceleration.Memory.ResidentBytes - before).ShouldBeLessThan(100L << 20);
        mapped["a"][63, 5].ToSingle().ShouldBe(0);
    }

    [Fact]
    public void ReadAndMap_FileThatWasShortened_Throw()
    {
        using var scope = NewDisposeScope();
        Saved();
        using var file = SafetensorsFile.Open(File_());
        using (var stream = new FileStream(File_(), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.SetLength(1000);
        }
        Should.Throw<EndOfStreamException>(() => file.Read("large")).Message.ShouldContain("became shorter");
        Should.Throw<SafetensorsException>(() => file.Map("large")).Message.ShouldContain("open it again");
        Should.Throw<SafetensorsException>(() => file.Read("larg")).Message.ShouldContain("nearest is 'large'");
    }

    [Fact]
    public void Shards_SavedAndLoaded_HoldEverythingOnce()
    {
        using var scope = NewDisposeScope();
        var tensors = Enumerable.Range(0, 7).ToDictionary(i => $"layer.{i}", i => full([100], i));
        var index = File_("model.safetensors.index.json");
        SafetensorsShards.Save(index, tensors, mostBytes: 900);
        Directory.GetFiles(_folder, "model-0000?-of-00004.safetensors").Length.ShouldBe(4);
        var loaded = Safetensors.Load(index);
        loaded.Keys.Order().ShouldBe(tensors.Keys);
        loaded["layer.6"].Equals(tensors["layer.6"]).ShouldBeTrue();
        Safetensors.Save(File_("model-00002-of-00004.safetensors"), [("layer.2", ones(1)), ("other", ones(1))]);
        Should
            .Throw<TensorFileException>(() => Safetensors.Load(index))
            .Message.ShouldSatisfyAllConditions(
                m => m.ShouldContain("missing in the file 1 (layer.3)"),
                m => m.ShouldContain("not in the index 1 (other)")
            );
        File.Delete(File_("model-00002-of-00004.safetensors"));
        Should.Throw<TensorFileException>(() => Safetensors.Load(index)).Message.ShouldContain("not beside it");
    }

    [Theory]
    [InlineData("""{"weight_map": {"a": "../a.safetensors"}}""", "plain name")]
    [InlineData("""{"weight_map": {"a": "/etc/passwd"}}""", "plain name")]
    [InlineData("""{"weight_map": {"a": 3}}""", "plain name")]
    [InlineData("""{"weight_map": 3}""", "weight_map")]
    [InlineData("""{"weight_map": """, "no JSON")]
    public void Shards_IndexThatIsNone_IsRefused(string json, string part)
    {
        File.WriteAllText(File_("m.safetensors.index.json"), json);
        Should
            .Throw<TensorFileException>(() => SafetensorsShards.Load(File_("m.safetensors.index.json")))
            .Message.ShouldContain(part);
    }
}

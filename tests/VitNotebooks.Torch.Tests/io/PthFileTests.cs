using System.Numerics;
using Shouldly;
using TorchSharp;
using VitNotebooks.Files;
using VitNotebooks.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.io_;

[Collection(Alone.Name)]
public sealed class PthFileTests(PythonFiles python) : IClassFixture<PythonFiles>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vitnb-pth-").FullName;

    private string File_(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("tree.pth")]
    [InlineData("legacy.pth")]
    [InlineData("protocol3.pth")]
    [InlineData("protocol4.pth")]
    [InlineData("protocol5.pth")]
    [InlineData("legacy3.pth")]
    [InlineData("legacy4.pth")]
    [InlineData("legacy5.pth")]
    [InlineData("small.pth")]
    [InlineData("small_legacy.pth")]
    [InlineData("single.pt")]
    [InlineData("deflated.pth")]
    [InlineData("zip64.pth")]
    [InlineData("prefix.pth")]
    [InlineData("bare.pth")]
    [InlineData("big.pth")]
    [InlineData("big_legacy.pth")]
    public void Load_WhatPythonSaved_IsWhatPythonSees(string name)
    {
        using var scope = NewDisposeScope();
        FileDescriptions.Describe(PthFile.Load(python[name])).ShouldBe(python.Known[name]);
    }

    [Theory]
    [InlineData("shared.pth")]
    [InlineData("shared_legacy.pth")]
    public void Load_TensorsThatSharedMemory_ShareItAgain(string name)
    {
        using var scope = NewDisposeScope();
        var tensors = StateDicts.Find(PthFile.Load(python[name]), name);
        tensors["all"][2] = tensor(99f);
        tensors["part"][0].ToSingle().ShouldBe(99f);
        tensors["again"][2].ToSingle().ShouldBe(99f);
    }

    [Theory]
    [InlineData("os.pth", "posix.system")]
    [InlineData("eval.pth", "__builtin__.eval")]
    [InlineData("getattr.pth", "__builtin__.getattr")]
    [InlineData("module.pth", "torch.nn.modules.linear.Linear")]
    [InlineData("class.pth", "collections.Counter")]
    public void Load_AnyOtherName_IsRefusedByName(string name, string refused)
    {
        foreach (var file in new[] { $"refused_{name}", $"refused_legacy_{name}" })
        {
            var path = python[file];
            var fault = Should.Throw<TensorFileException>(() => PthFile.Load(path));
            fault.RefusedName.ShouldBe(refused);
            fault.Message.ShouldContain(path);
            fault.Message.ShouldContain($"'{refused}'");
            fault.Message.ShouldContain("torch.save(model.state_dict(), path)");
        }
        File.Exists(python["refused"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("refused_script.pth", "torch.jit.load")]
    [InlineData("plain.npz", "Npz.Load")]
    [InlineData("vector_v1.npy", "Npy.Load")]
    public void Load_AnotherKindOfFile_SaysWhatReadsIt(string name, string remedy) =>
        Should.Throw<TensorFileException>(() => PthFile.Load(python[name])).Message.ShouldContain(remedy);

    [Fact]
    public void Load_NoSuchFormat_SaysWhatItIs()
    {
        string Fault(ReadOnlySpan<byte> bytes)
        {
            File.WriteAllBytes(File_("a.pth"), bytes.ToArray());
            return Should.Throw<TensorFileException>(() => PthFile.Load(File_("a.pth"))).Message;
        }
        Fault([]).ShouldContain("empty");
        Fault("version https://git-lfs.github.com/spec/v1"u8).ShouldContain("git lfs pull");
        Fault("<!DOCTYPE html>"u8).ShouldContain("web page");
        Fault([0x80, 2, (byte)'N', (byte)'.']).ShouldContain("not one that torch.save wrote");
        Fault("nothing known"u8).ShouldContain("504b0304");
        Should.Throw<FileNotFoundException>(() => PthFile.Load(File_("none.pth")));
    }

    [Fact]
    public void LoadStateDict_FindsTheWeightsWhereverTheyAre()
    {
        using var scope = NewDisposeScope();
        var weights = new Dictionary<string, Tensor> { ["module.w"] = ones(2, 3), ["module.b"] = zeros(3) };
        object wrapped = new Dictionary<string, object?>
        {
            ["epoch"] = 3,
            ["optimizer"] = new Dictionary<string, object?> { ["lr"] = 0.1 },
            ["model"] = weights,
        };
        PthFile.Save(File_("a.pth"), wrapped);
        PthFile.LoadStateDict(File_("a.pth")).Keys.ShouldBe(["w", "b"]);
        PthFile.LoadStateDict(File_("a.pth"), "model")["w"].shape.ShouldBe([2, 3]);
        var fault = Should.Throw<TensorFileException>(() => PthFile.LoadStateDict(File_("a.pth"), "optimizer"));
        fault.Message.ShouldContain("model (dictionary)");
        PthFile.Save(File_("b.pth"), (object)new Dictionary<string, object?> { ["epoch"] = 3 });
        Should
            .Throw<TensorFileException>(() => PthFile.LoadStateDict(File_("b.pth")))
            .Message.ShouldContain("epoch (whole number)");
    }

    [Fact]
    public void LoadStateDict_WithoutScope_LeavesNothingBehind()
    {
        var path = python["tree.pth"];
        var before = Tensor.TotalCount;
        foreach (var tensor in PthFile.LoadStateDict(path).Values)
        {
            tensor.IsInvalid.ShouldBeFalse();
        }
        using (var scope = NewDisposeScope())
        {
            _ = PthFile.Load(path);
        }
        Should.Throw<TensorFileException>(() => PthFile.Load(python["refused_module.pth"]));
        // Only the state dict's tensors (seven) may be waiting for the collector.
        (Tensor.TotalCount - before).ShouldBeLessThan(100);
    }

    [Fact]
    public void Save_PythonReadsIt_AlsoWithWeightsOnly()
    {
        using var scope = NewDisposeScope();
        var shared = arange(6, dtype: ScalarType.Float32);
        PthFile.Save(
            File_("shared.pth"),
            new Dictionary<string, Tensor>
            {
                ["all"] = shared,
                ["part"] = shared[TensorIndex.Slice(2, 4)],
                ["turned"] = shared.view(2, 3).t(),
            }
        );
        object tree = new Dictionary<string, object?>
        {
            ["types"] = new List<object?>
            {
                ones(2, ScalarType.Float64),
                randn(2, 3).to(ScalarType.Float16),
                randn(2, 3).to(ScalarType.BFloat16),
                arange(3, dtype: ScalarType.Int64),
                arange(3, dtype: ScalarType.Int32),
                arange(3, dtype: ScalarType.Int16),
                arange(3, dtype: ScalarType.Int8),
                arange(3, dtype: ScalarType.Byte),
                tensor(new[] { true, false }),
                ones(2, ScalarType.ComplexFloat32),
                ones(2, ScalarType.ComplexFloat64),
                zeros(0, 3),
                tensor(2.5f),
                randn(4, 6)[TensorIndex.Slice(1, 3), TensorIndex.Slice(0, 6, 2)],
            },
            ["parameter"] = nn.Parameter(ones(2)),
            ["numbers"] = new object?[] { 1, -1L, long.MaxValue, BigInteger.Pow(10, 30), 1.5, true, false, null },
            ["texts"] = new List<object?> { "", "üñí ☃ 😀" },
        };
        PthFile.Save(File_("tree.pth"), tree);
        var seen = PythonFiles.Read(_folder);
        seen["tree.pth"].ShouldBe(FileDescriptions.Describe(PthFile.Load(File_("tree.pth"))));
        seen["shared.pth"].ShouldBe(FileDescriptions.Describe(PthFile.Load(File_("shared.pth"))));
        // Python wrote 99 into one of the three and looked at all.
        seen["shared"].Split("0000c642").Length.ShouldBe(4);
        new FileInfo(File_("shared.pth")).Length.ShouldBeLessThan(3000);
    }

    [Fact]
    public void Save_WhatHasNoPlace_IsRefusedAndTheOldFileStays()
    {
        using var scope = NewDisposeScope();
        File.WriteAllText(File_("a.pth"), "old");
        Should.Throw<ArgumentException>(() => PthFile.Save(File_("a.pth"), (object)new Version(1, 2)));
        var circle = new List<object?>();
        circle.Add(circle);
        Should.Throw<ArgumentException>(() => PthFile.Save(File_("a.pth"), (object)circle));
        File.ReadAllText(File_("a.pth")).ShouldBe("old");
    }

    [Fact]
    public void Load_StorageLargerThanTheFile_TakesNoMemory()
    {
        var bytes = File.ReadAllBytes(python["small_legacy.pth"]);
        // The count of the first storage, BININT1 12, becomes BININT 2^31 - 1.
        var at = bytes.AsSpan().IndexOf("cpu"u8);
        var count = bytes.AsSpan(at).IndexOf((ReadOnlySpan<byte>)[(byte)'K', 12]) + at;
        byte[] mutated = [.. bytes[..count], (byte)'J', 0xff, 0xff, 0xff, 0x7f, .. bytes[(count + 2)..]];
        Should
            .Throw<TensorFileException>(() => PthFile.Load(mutated))
            .Message.ShouldContain("2147483647 elements of torch.FloatStorage");
    }

    [Fact]
    public void Load_EveryTruncation_IsASentence()
    {
        foreach (var name in new[] { "small.pth", "small_legacy.pth" })
        {
            var bytes = File.ReadAllBytes(python[name]);
            for (var length = 0; length < bytes.Length; length += length < 400 ? 1 : 37)
            {
                var cut = bytes.AsMemory(0, length);
                Should.Throw<IOException>(() => PthFile.Load(cut, "cut"));
            }
        }
    }
}

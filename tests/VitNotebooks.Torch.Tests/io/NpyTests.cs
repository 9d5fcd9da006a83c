using Shouldly;
using TorchSharp;
using VitNotebooks.Files;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.io_;

public sealed class NpyTests(PythonFiles python) : IClassFixture<PythonFiles>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vitnb-npy-").FullName;

    private string File_(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_EveryTypeOrderAndVersion_IsWhatNumpySaved()
    {
        using var scope = NewDisposeScope();
        var files = python.Known.Keys.Where(k => k.EndsWith(".npy", StringComparison.Ordinal)).ToList();
        files.Count.ShouldBeGreaterThan(60);
        foreach (var file in files)
        {
            FileDescriptions.Describe(Npy.Load(python[file])).ShouldBe(python.Known[file], file);
        }
    }

    [Theory]
    [InlineData("plain.npz")]
    [InlineData("packed.npz")]
    public void LoadNpz_IsWhatNumpySaved(string name)
    {
        using var scope = NewDisposeScope();
        FileDescriptions.Describe(Npz.Load(python[name])).ShouldBe(python.Known[name]);
    }

    [Theory]
    [InlineData("refused_object.npy", "Python objects")]
    [InlineData("refused_record.npy", "structured array")]
    [InlineData("refused_text.npy", "'<U2'")]
    [InlineData("refused_date.npy", "'<M8[D]'")]
    [InlineData("refused_huge.npy", "2^63 - 1")]
    public void Load_OtherThanNumbers_IsRefusedWithASentence(string name, string part) =>
        Should.Throw<TensorFileException>(() => Npy.Load(python[name])).Message.ShouldContain(part);

    [Fact]
    public void Save_NumpyReadsIt()
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>
        {
            ["turned"] = randn(3, 4).t(),
            ["half"] = randn(5).to(ScalarType.Float16),
            ["truth"] = tensor(new[] { true, false }),
            ["scalar"] = tensor(2.5),
            ["empty"] = zeros(0, 3),
            ["complex"] = ones(2, ScalarType.ComplexFloat64),
            ["bytes"] = arange(3, dtype: ScalarType.Byte),
        };
        foreach (var (name, tensor) in tensors)
        {
            Npy.Save(File_(name + ".npy"), tensor);
        }
        Npz.Save(File_("plain.npz"), tensors);
        Npz.Save(File_("packed.npz"), tensors, compressed: true);
        var seen = PythonFiles.Read(_folder);
        foreach (var (name, tensor) in tensors)
        {
            seen[name + ".npy"].ShouldBe(FileDescriptions.Describe(tensor));
        }
        seen["plain.npz"].ShouldBe(FileDescriptions.Describe(tensors));
        seen["packed.npz"].ShouldBe(FileDescriptions.Describe(tensors));
        FileDescriptions.Describe(Npz.Load(File_("packed.npz"))).ShouldBe(FileDescriptions.Describe(tensors));
        Should
            .Throw<TensorFileException>(() => Npy.Save(File_("b.npy"), ones(2, ScalarType.BFloat16)))
            .Message.ShouldContain("BFloat16");
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 2), }", "2^63")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000,), }", "takes 4000000000 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "from 0")]
    [InlineData("{'descr': '<f4', 'fortran_order': 3, 'shape': (1,), }", "fortran_order")]
    [InlineData("{'descr': '<f4', 'shape': (1,), }", "expected descr")]
    [InlineData("__import__('os').system('x')", "no Python dictionary")]
    public void Load_HeaderThatLies_IsRefused(string header, string part)
    {
        byte[] file =
        [
            .. NpyHeader.Magic,
            1,
            0,
            (byte)header.Length,
            0,
            .. System.Text.Encoding.ASCII.GetBytes(header),
            1,
            2,
            3,
            4,
        ];
        Should.Throw<TensorFileException>(() => Npy.Load(file)).Message.ShouldContain(part);
    }

    [Fact]
    public void LoadNpz_DamagedElements_AreNoticed()
    {
        var bytes = File.ReadAllBytes(python["plain.npz"]);
        bytes[200] ^= 1;
        Should.Throw<TensorFileException>(() => Npz.Load(bytes));
    }

    [Fact]
    public void LoadNpz_AnEntryShorterThanItClaims_IsRefused()
    {
        using var scope = NewDisposeScope();
        Npz.Save(File_("a.npz"), new Dictionary<string, Tensor> { ["a"] = arange(100) }, compressed: true);
        var bytes = File.ReadAllBytes(File_("a.npz"));
        // The length in the directory; the array and its check sum are as they were.
        bytes[bytes.AsSpan().IndexOf("PK\x01\x02"u8) + 24] += 8;
        Should.Throw<TensorFileException>(() => Npz.Load(bytes)).Message.ShouldContain("unpacks to 928 bytes");
    }
}

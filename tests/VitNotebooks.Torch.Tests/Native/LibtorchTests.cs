using Shouldly;
using TorchSharp.Native;
using Xunit;

namespace TorchSharp.Tests.Native;

public sealed class LibtorchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vitnb-libtorch-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Func<string, string?> Environment(string? libtorch) =>
        name => name == LibtorchLocation.Variable ? libtorch : null;

    [Fact]
    public void Find_NothingAnywhere_NamesThePackageToInstall()
    {
        var error = Should.Throw<LibtorchException>(() => LibtorchLocation.Find(Environment(null), [_folder]));
        error.Message.ShouldContain(_folder);
        error.Message.ShouldContain("apt-get install libtorch-dev");
        error.Message.ShouldContain(LibtorchLocation.Variable);
    }

    [Fact]
    public void Find_NamedFolderWithoutLibtorch_SaysWhereItLooked()
    {
        var error = Should.Throw<LibtorchException>(() => LibtorchLocation.Find(Environment(_folder), []));
        error.Message.ShouldContain($"'{_folder}'");
        error.Message.ShouldContain("libtorch_cpu.so");
    }

    [Theory]
    [InlineData("")]
    [InlineData("lib")]
    [InlineData("torch/lib")]
    public void Find_NamedFolder_TakesItsLibraryWhereverItLies(string below)
    {
        var lib = Directory.CreateDirectory(Path.Combine(_folder, below)).FullName;
        File.WriteAllText(Path.Combine(lib, "libtorch_cpu.so"), "");
        LibtorchLocation.Find(Environment(_folder), []).LibraryFolder.TrimEnd('/').ShouldBe(lib.TrimEnd('/'));
    }

    [Fact]
    public void Compile_AgainstBrokenHeaders_ShowsTheCompilersFirstError()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "ATen"));
        File.WriteAllText(Path.Combine(_folder, "ATen", "ATen.h"), "#error these headers are broken\n");
        var location = new LibtorchLocation(
            _folder,
            Path.Combine(_folder, "libtorch_cpu.so"),
            [_folder],
            "9.9",
            "test"
        );
        var target = Path.Combine(_folder, "made", "core.so");
        var error = Should.Throw<LibtorchException>(() =>
            NativeModule.Compile("core", "#include <ATen/ATen.h>\nint x = y;\n", location, 1, target)
        );
        error.Message.ShouldContain("libtorch 9.9");
        error.Message.ShouldContain("these headers are broken");
        File.Exists(target).ShouldBeFalse();
    }

    [Fact]
    public void Compile_WithoutHeaders_SaysWhichPackageBringsThem()
    {
        var location = new LibtorchLocation(_folder, Path.Combine(_folder, "libtorch_cpu.so"), [], null, "test");
        var error = Should.Throw<LibtorchException>(() =>
            NativeModule.Compile("core", "", location, 1, Path.Combine(_folder, "core.so"))
        );
        error.Message.ShouldContain("no headers");
        error.Message.ShouldContain("libtorch-dev");
    }

    [Fact]
    public void Read_OfSomethingThatIsNoLibrary_SaysSo()
    {
        var path = Path.Combine(_folder, "libtorch_cpu.so");
        File.WriteAllText(path, new string('x', 100));
        Should.Throw<LibtorchException>(() => ElfImage.Read(path)).Message.ShouldContain("no 64-bit ELF library");
    }

    [Fact]
    public void Read_OfATruncatedLibrary_SaysSo()
    {
        var path = Path.Combine(_folder, "cut.so");
        var whole = File.ReadAllBytes(Libtorch.Instance.Core.Path);
        File.WriteAllBytes(path, whole[..(whole.Length / 2)]);
        Should.Throw<LibtorchException>(() => ElfImage.Read(path)).Message.ShouldContain("truncated");
    }

    [Fact]
    public void Instance_OnThisMachine_UsesOpenBlasWithOpenMpWhereLibtorchBringsNoBlas()
    {
        if (Libtorch.Instance.Image.Imports("sgemm_"))
        {
            Libtorch.Instance.Blas.ShouldStartWith("OpenBLAS with OpenMP");
        }
        else
        {
            Libtorch.Instance.Blas.ShouldBe("built into libtorch");
        }
    }
}

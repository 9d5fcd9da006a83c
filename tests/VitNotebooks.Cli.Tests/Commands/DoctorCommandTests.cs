using System.Text.Json;
using Shouldly;
using Xunit;

namespace VitNotebooks.Cli.Tests;

/// <summary><c>vitnb doctor</c> as its user starts it, on machines that are broken in earnest.</summary>
public sealed class DoctorCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Doctor_ThisMachine_FindsItsLibtorch()
    {
        var (code, report) = Json([]);

        report.GetProperty("exitCode").GetInt32().ShouldBe(code);
        var libtorch = report.GetProperty("facts").GetProperty("libtorch");
        libtorch.GetProperty("loads").GetBoolean().ShouldBeTrue();
        libtorch.GetProperty("matrixProductGflops").GetDouble().ShouldBeGreaterThan(0.1);
        report.GetProperty("facts").GetProperty("blas").GetProperty("kind").GetString().ShouldNotBe("reference");
    }

    [Fact]
    public void Doctor_LibtorchNamedWhereThereIsNone_IsExitCode1WithARemedy()
    {
        var (code, report) = Json(new() { ["VITNB_LIBTORCH"] = "/nonexistent" });

        code.ShouldBe(ExitCode.SomethingMissing);
        var finding = report.GetProperty("findings")[0];
        finding.GetProperty("check").GetString().ShouldBe("libtorch");
        finding.GetProperty("text").GetString()!.ShouldStartWith("VITNB_LIBTORCH is '/nonexistent'");
        finding.GetProperty("remedy").GetString()!.ShouldStartWith("unset VITNB_LIBTORCH");
    }

    [Fact]
    public void Doctor_LibtorchThatIsNoLibrary_IsASentenceAndTheRestStillSpeaks()
    {
        Directory.CreateDirectory(_folder.File("torch/lib"));
        foreach (var name in new[] { "libtorch_cpu.so", "libc10.so" })
        {
            _folder.Write("torch/lib/" + name, "this is no library");
        }

        using var vitnb = new VitnbProcess(
            _folder.Path,
            new Dictionary<string, string> { ["VITNB_LIBTORCH"] = _folder.File("torch") },
            "doctor"
        );

        vitnb.ExitCode().ShouldBe(ExitCode.SomethingMissing, vitnb.Errors);

        vitnb.Errors.ShouldBeEmpty();
        vitnb.Output.ShouldContain("missing   libtorch: the libtorch in");
        vitnb.Output.ShouldContain("does not load:");
        vitnb.Output.ShouldContain("folders   cache:");
        vitnb.Output.ShouldNotContain("   at ");
    }

    [Fact]
    public void Doctor_OneThreadAndACoreType_AreBothNamed()
    {
        var (_, report) = Json(new() { ["OMP_NUM_THREADS"] = "1", ["OPENBLAS_CORETYPE"] = "Haswell" });

        var facts = report.GetProperty("facts");
        facts.GetProperty("threads").GetProperty("torch").GetInt32().ShouldBe(1);
        facts.GetProperty("threads").GetProperty("variables").GetProperty("OMP_NUM_THREADS").GetString().ShouldBe("1");
        facts.GetProperty("blas").GetProperty("coreType").GetString().ShouldBe("Haswell");
    }

    private (int Code, JsonElement Report) Json(Dictionary<string, string> environment)
    {
        using var vitnb = new VitnbProcess(_folder.Path, environment, "doctor", "--json");
        var code = vitnb.ExitCode();
        vitnb.Errors.ShouldBeEmpty();
        return (code, JsonDocument.Parse(vitnb.Output).RootElement.Clone());
    }
}

using System.Text.Json;
using Shouldly;
using VitNotebooks.Acceleration;
using Xunit;

namespace VitNotebooks.Cli.Tests;

/// <summary>What the doctor says of machines that lack something; each is made up, but for the sentences of the layers below.</summary>
public sealed class DoctorReportTests
{
    private static readonly TorchInstallation Installation = new(
        "/opt/torch/lib",
        "system",
        "2.6.0",
        Headers: true,
        "new",
        "abcd",
        OwnBlas: false,
        Cuda: false
    );

    private static readonly TorchRuntime Runtime = TorchRuntime.Current with { Threads = 4, CudaDevices = 0 };

    private static readonly BlasInUse OpenBlas = new(
        BlasKind.OpenBlasOpenMp,
        "/usr/lib/openblas-openmp/libopenblas.so.0",
        "opened by full path before libtorch",
        "OpenBLAS 0.3.29",
        "SkylakeX"
    );

    private static readonly TorchDiagnosis Torch = new(
        Installation,
        null,
        Runtime,
        null,
        OpenBlas,
        [
            new("core", NativeModuleOrigin.ReadyMade, "/pkg/core.so", null),
            new("kernels", NativeModuleOrigin.Cached, "/cache/kernels.so", null),
        ],
        [],
        200
    );

    /// <summary>A machine that has everything, and nothing else.</summary>
    private static DoctorMachine Machine(TorchDiagnosis? torch = null, params (string Name, string Value)[] variables)
    {
        var set = variables.Prepend(("HOME", "/tmp")).Prepend(("VITNB_RUNS", "/tmp")).ToDictionary();
        return new()
        {
            Variable = name => set.GetValueOrDefault(name),
            Text = path => path == "/proc/cpuinfo" ? "flags: fpu avx2 avx512f" : null,
            Loads = _ => true,
            Output = (program, _) => program == "dotnet" ? "10.0.100 [/usr/share/dotnet/sdk]" : null,
            Torch = () => torch ?? Torch,
            UsableCores = 4,
        };
    }

    private static Finding One(DoctorReport report, string check) =>
        report.Findings.Where(f => f.Check == check).ShouldHaveSingleItem();

    [Fact]
    public void Of_AMachineThatHasAll_FindsNothingToMend()
    {
        var report = DoctorReport.Of(Machine());

        report.Findings.Where(f => f.Level != FindingLevel.Note).ShouldBeEmpty();
        report.ExitCode.ShouldBe(ExitCode.Success);
        report.ToString().ShouldEndWith("All is there, and nothing is slower than it need be.");
        report.Checks.Select(c => c.Name).ShouldBe(DoctorReport.All.Select(c => c.Name));
    }

    [Fact]
    public void Of_NoLibtorch_IsMissingAndTheOtherChecksStillSpeak()
    {
        const string fault = "No libtorch was found: not in the active Python environment.";
        var report = DoctorReport.Of(Machine(new(null, fault, null, fault, null, [], [], null)));

        var finding = One(report, "libtorch");
        finding.Level.ShouldBe(FindingLevel.Missing);
        finding.Text.ShouldStartWith(fault);
        finding.Remedy.ShouldNotBeNull();
        report.ExitCode.ShouldBe(ExitCode.SomethingMissing);
        report.ToString().ShouldContain("codecs    JPEG: libturbojpeg.so.0");
        report.ToString().ShouldContain("Missing: 1");
    }

    [Fact]
    public void Of_NoLibtorchButATorchOfPip_NamesItsFolder()
    {
        var machine = Machine(new(null, "none", null, "none", null, [], [], null)) with
        {
            Output = (program, _) => program == "python3" ? "/venv/lib/python3.12/site-packages/torch" : "10.0.1 [x]",
        };

        One(DoctorReport.Of(machine), "libtorch")
            .Remedy.ShouldBe("export VITNB_LIBTORCH=/venv/lib/python3.12/site-packages/torch");
    }

    [Fact]
    public void Of_ATorchLayerThatThrows_IsMissingAndNothingElse()
    {
        var machine = Machine() with { Torch = () => throw new BadImageFormatException("not an image") };

        var report = DoctorReport.Of(machine);

        report
            .Findings.Where(f => f.Level == FindingLevel.Missing)
            .ShouldHaveSingleItem()
            .Text.ShouldContain("not an image");
    }

    [Theory]
    [InlineData(BlasKind.Reference, "27 times slower")]
    [InlineData(BlasKind.OpenBlasPthread, "half the speed")]
    [InlineData(BlasKind.OpenBlasSerial, "one thread")]
    public void Of_ASlowBlas_SaysHowSlowAndWhatToInstall(BlasKind kind, string factor)
    {
        var report = DoctorReport.Of(
            Machine(Torch with { Blas = new(kind, "/usr/lib/libblas.so.3", "system", "BLAS", null) })
        );

        var finding = One(report, "blas");
        finding.Level.ShouldBe(FindingLevel.Slow);
        finding.Text.ShouldContain(factor);
        finding.Remedy.ShouldBe("sudo apt-get install -y libopenblas0-openmp");
        report.ExitCode.ShouldBe(ExitCode.Success);
    }

    [Fact]
    public void Of_OpenBlasCoreTypeNarrowerThanTheProcessor_IsNamedAsSlow()
    {
        var finding = One(DoctorReport.Of(Machine(null, ("OPENBLAS_CORETYPE", "Haswell"))), "blas");

        finding.Level.ShouldBe(FindingLevel.Slow);
        finding.Text.ShouldStartWith("OPENBLAS_CORETYPE=Haswell is set and respected");
        finding.Remedy.ShouldBe("unset OPENBLAS_CORETYPE");
    }

    [Theory]
    [InlineData("Haswell", "flags: avx2")]
    [InlineData("SkylakeX", "flags: avx512f")]
    public void Of_OpenBlasCoreTypeThatFits_IsOnlyNamed(string coreType, string flags)
    {
        var machine = Machine(null, ("OPENBLAS_CORETYPE", coreType)) with { Text = _ => flags };

        One(DoctorReport.Of(machine), "blas").Level.ShouldBe(FindingLevel.Note);
    }

    [Fact]
    public void Of_OpenBlasCoreTypeWithMkl_IsNoMatter() =>
        DoctorReport
            .Of(
                Machine(
                    Torch with
                    {
                        Blas = new(BlasKind.Mkl, null, "built into libtorch", "MKL", null),
                    },
                    ("OPENBLAS_CORETYPE", "Haswell")
                )
            )
            .Findings.ShouldNotContain(f => f.Check == "blas");

    [Theory]
    [InlineData(
        1,
        "OMP_NUM_THREADS",
        "1",
        "1 thread of 4 usable cores (OMP_NUM_THREADS=1): a large op takes up to 4 times",
        "unset OMP_NUM_THREADS"
    )]
    [InlineData(8, "OMP_NUM_THREADS", "8", "up to ten times", "export OMP_NUM_THREADS=4")]
    [InlineData(4, "OPENBLAS_NUM_THREADS", "1", "keeps matrix products on 1 core of 4", "unset OPENBLAS_NUM_THREADS")]
    public void Of_ThreadsThatDoNotFitTheCores_SaysWhyAndTheCommand(
        int threads,
        string variable,
        string value,
        string text,
        string remedy
    )
    {
        var torch = Torch with { Runtime = Runtime with { Threads = threads } };

        var finding = One(DoctorReport.Of(Machine(torch, (variable, value))), "threads");

        finding.Level.ShouldBe(FindingLevel.Slow);
        finding.Text.ShouldContain(text);
        finding.Remedy.ShouldBe(remedy);
    }

    [Theory]
    [InlineData("/sys/fs/cgroup/cpu.max", "150000 100000\n", 1.5)]
    [InlineData("/sys/fs/cgroup/cpu.max", "max 100000\n", null)]
    [InlineData("/sys/fs/cgroup/none", "", null)]
    public void Of_AContainersLimit_IsReadInCores(string file, string text, double? cores)
    {
        var machine = Machine() with { Text = path => path == file ? text : null };

        using var json = JsonDocument.Parse(DoctorReport.Of(machine).ToJson());

        var quota = json.RootElement.GetProperty("facts").GetProperty("threads").GetProperty("quota");
        (quota.ValueKind == JsonValueKind.Null ? (double?)null : quota.GetDouble()).ShouldBe(cores);
    }

    [Fact]
    public void Of_NoCodecs_AreMissingOneEach()
    {
        var report = DoctorReport.Of(Machine() with { Loads = _ => false });

        report.Findings.Count(f => f is { Check: "codecs", Level: FindingLevel.Missing }).ShouldBe(3);
        report.Findings.ShouldContain(f => f.Text.Contains("JPEG") && f.Remedy!.Contains("libturbojpeg"));
        report.Findings.ShouldContain(f => f.Text.Contains("PNG") && f.Remedy!.Contains("libspng0"));
        report.Findings.ShouldContain(f => f.Text.Contains("WebP") && f.Remedy!.Contains("libwebp7"));
        report.ExitCode.ShouldBe(ExitCode.SomethingMissing);
    }

    [Theory]
    [InlineData("core", FindingLevel.Missing)]
    [InlineData("kernels", FindingLevel.Slow)]
    public void Of_AModuleThatDoesNotCompile_ShowsTheCompilersFirstError(string name, FindingLevel level)
    {
        const string fault = "The native module does not compile. The compiler's first error: x.cpp:1: error: no";
        var torch = Torch with { Modules = [new(name, NativeModuleOrigin.Failed, null, fault)] };

        var finding = One(DoctorReport.Of(Machine(torch)), "native");

        finding.Level.ShouldBe(level);
        finding.Text.ShouldStartWith(fault);
    }

    [Fact]
    public void Of_AGpuThatThisLibtorchCannotUse_IsSlow()
    {
        var torch = Torch with { CudaDevices = [new(0, "NVIDIA H200", 150L << 30, "9.0")] };

        var report = DoctorReport.Of(Machine(torch));

        One(report, "cuda").Text.ShouldContain("was built without CUDA");
        report.ToString().ShouldContain("0: NVIDIA H200, 153,600 MiB, capability 9.0; libtorch uses 0");
        DoctorReport
            .Of(
                Machine(
                    torch with
                    {
                        Installation = Installation with { Cuda = true },
                        Runtime = Runtime with { CudaDevices = 1 },
                    }
                )
            )
            .Findings.ShouldNotContain(f => f.Check == "cuda");
    }

    [Fact]
    public void Of_NoSdk_SaysWhatNeedsIt()
    {
        var report = DoctorReport.Of(Machine() with { Output = (_, _) => null });

        One(report, "sdk").Text.ShouldContain("there is no .NET 10 SDK (no SDK at all)");
    }

    [Fact]
    public void Of_FoldersThatCannotBeUsed_NamesTheVariable()
    {
        var report = DoctorReport.Of(
            Machine(null, ("VITNB_CACHE", "/proc/nowhere"), ("VITNB_DATA", "/nonexistent/data"))
        );

        report.Findings.ShouldContain(f => f.Check == "folders" && f.Remedy!.StartsWith("export VITNB_CACHE="));
        report.Findings.ShouldContain(f => f.Text.StartsWith("VITNB_DATA names /nonexistent/data, which is not there"));
    }

    [Fact]
    public void Of_ACheckThatThrows_HidesNoOther()
    {
        var report = DoctorReport.Of(Machine(), [new Broken(), new CodecsCheck()]);

        report.Findings.ShouldHaveSingleItem().Text.ShouldContain("InvalidOperationException: on purpose");
        report.Checks[1].Result.Facts.ShouldNotBeNull();
        report.ExitCode.ShouldBe(ExitCode.Success);
    }

    private sealed class Broken : IDoctorCheck
    {
        public string Name => "broken";

        public CheckResult Run(DoctorMachine machine, TorchDiagnosis torch) =>
            throw new InvalidOperationException("on purpose");
    }
}

using Shouldly;
using Xunit;

namespace VitNotebooks.Cli.Tests;

public sealed class CommandLineHostTests
{
    [Theory]
    [InlineData]
    [InlineData("fly")]
    [InlineData("run")]
    [InlineData("run", "no-such.ipynb")]
    [InlineData("run", "no-such.ipynb", "-p", "novalue")]
    [InlineData("predict", "no-such.safetensors", "no-such.png")]
    [InlineData("data", "export-shapes", "x", "--layout", "tar")]
    public async Task InvokeAsync_BadInput_IsExitCode2(params string[] args) =>
        (await CommandLineHost.InvokeAsync(args)).ShouldBe(ExitCode.UserError);

    [Fact]
    public async Task InvokeAsync_ExportShapes_WritesWhatTheReaderReads()
    {
        using var folder = new TemporaryFolder();

        var code = await CommandLineHost.InvokeAsync([
            "data",
            "export-shapes",
            folder.File("out"),
            "--layout",
            "cifar",
            "--train",
            "50",
            "--test",
            "10",
        ]);

        code.ShouldBe(ExitCode.Success);
        Data.Datasets.Open("cifar10", folder.File("out")).Train.Count.ShouldBe(50);
    }

    [Fact]
    public async Task InvokeAsync_ExportOfANumberThatDoesNotDivide_IsExitCode2()
    {
        using var folder = new TemporaryFolder();

        (await CommandLineHost.InvokeAsync(["data", "export-shapes", folder.File("out"), "--train", "7"])).ShouldBe(
            ExitCode.UserError
        );
    }

    [Fact]
    public async Task InvokeAsync_ImageThatIsNoCheckpoint_IsExitCode2()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("x.safetensors", "not a checkpoint");

        (await CommandLineHost.InvokeAsync(["predict", path, path])).ShouldBe(ExitCode.UserError);
    }
}

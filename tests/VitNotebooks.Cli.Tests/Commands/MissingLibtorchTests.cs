using System.Text.Json.Nodes;
using Shouldly;
using VitNotebooks.Acceleration;
using VitNotebooks.Data;
using VitNotebooks.Evaluation;
using VitNotebooks.Models;
using Xunit;

namespace VitNotebooks.Cli.Tests;

/// <summary>What is missing on the machine reaches the user as one sentence, whichever static field met it first.</summary>
public sealed class MissingLibtorchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Predict_WithoutLibtorch_IsOneSentenceAndExitCode2() =>
        Predict(new() { ["VITNB_LIBTORCH"] = "/nonexistent" })
            .ShouldStartWith("vitnb: VITNB_LIBTORCH is '/nonexistent', but no libtorch_cpu.so is there");

    [Fact]
    public void Predict_WithoutCompiler_IsOneSentenceAndExitCode2() =>
        Predict(new() { ["CXX"] = "/nonexistent", ["VITNB_CACHE"] = _folder.File("cache") })
            .ShouldStartWith("vitnb: The C++ compiler '/nonexistent' does not start");

    [Fact]
    public void Predict_HeadersThatDoNotCompile_ShowsTheCompilersFirstError()
    {
        var libraries = TorchRuntime.Current.Folder;
        Directory.CreateDirectory(_folder.File("torch/lib"));
        Directory.CreateDirectory(_folder.File("torch/include/ATen"));
        foreach (var name in new[] { "libtorch_cpu.so", "libc10.so" })
        {
            File.CreateSymbolicLink(_folder.File("torch/lib/" + name), Path.Combine(libraries, name));
        }

        _folder.Write("torch/include/ATen/ATen.h", "#error this header is broken\n");

        var said = Predict(
            new() { ["VITNB_LIBTORCH"] = _folder.File("torch"), ["VITNB_CACHE"] = _folder.File("cache") }
        );

        said.ShouldStartWith("vitnb: The native module 'core' does not compile against libtorch");
        said.ShouldContain("first error: ");
        said.ShouldContain("error: ");
    }

    [Fact]
    public void Run_CellThatMakesATensorWithoutLibtorch_HasTheSentenceAsItsError()
    {
        var path = _folder.Notebook(
            "1 + 1",
            "#r \"VitNotebooks.Torch\"\nvar x = TorchSharp.torch.ones(2);",
            "\"never\""
        );
        using var run = new VitnbProcess(_folder.Path, Environment("/nonexistent"), "run", path);

        run.ExitCode().ShouldBe(ExitCode.CellFailed);

        var cells = (JsonArray)JsonNode.Parse(File.ReadAllText(path))!["cells"]!;
        var error = cells[1]!["outputs"]![0]!;
        ((string)error["ename"]!).ShouldBe("LibtorchException");
        ((string)error["evalue"]!).ShouldContain("VITNB_LIBTORCH is '/nonexistent'");
        run.Errors.ShouldContain("Cell 2, line 2: LibtorchException: VITNB_LIBTORCH is '/nonexistent'");
        run.Errors.ShouldNotContain("TypeInitialization");
        ((JsonArray)cells[0]!["outputs"]!).Count.ShouldBe(1);
        ((JsonArray)cells[2]!["outputs"]!).ShouldBeEmpty();

        static Dictionary<string, string> Environment(string libtorch) => new() { ["VITNB_LIBTORCH"] = libtorch };
    }

    [Fact]
    public void Of_WrappedExceptions_IsTheOneInside()
    {
        var inside = new UserErrorException("the sentence");

        Causes
            .Of(
                new TypeInitializationException(
                    "T",
                    new AggregateException(new TypeInitializationException("U", inside))
                )
            )
            .ShouldBe(inside);
        Causes.Of(new AggregateException(inside, inside)).ShouldBeOfType<AggregateException>();
    }

    /// <summary>Asks a real checkpoint about a real picture and returns the one line on standard error.</summary>
    private string Predict(Dictionary<string, string> environment)
    {
        using (var model = VisionModels.Swin().Mini().Classes(2).Build())
        {
            VisionCheckpoint.Save(model, _folder.File("model.safetensors"));
        }

        SyntheticShapes.WritePngFolders(_folder.File("png"), new ShapesOptions { Train = 10, Test = 10 });
        var image = Directory.EnumerateFiles(_folder.File("png"), "*.png", SearchOption.AllDirectories).First();
        using var process = new VitnbProcess(
            _folder.Path,
            environment,
            "predict",
            _folder.File("model.safetensors"),
            image
        );

        process.ExitCode().ShouldBe(ExitCode.UserError, process.Errors);

        process.Output.ShouldBeEmpty();
        return process.Errors.TrimEnd('\n').Split('\n').ShouldHaveSingleItem();
    }
}

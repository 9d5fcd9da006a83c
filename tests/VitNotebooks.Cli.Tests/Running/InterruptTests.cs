using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace VitNotebooks.Cli.Tests;

/// <summary>Ctrl-C as the terminal sends it, to a process that trains.</summary>
public sealed partial class InterruptTests : IDisposable
{
    private const int Sigint = 2;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_SigintWhileACellTrains_SavesWhatThereIsAndSaysHowToGoOn()
    {
        var mark = _folder.File("trains");
        var path = _folder.Notebook(
            "Console.WriteLine(\"before\");",
            $$"""
            #r "VitNotebooks"
            #r "VitNotebooks.Torch"
            using VitNotebooks.Data; using VitNotebooks.Models; using VitNotebooks.Training;
            var data = Datasets.Open("shapes").Subset(640, 100);
            var model = VisionModels.Swin().Mini().Classes(data.Classes.Count).Build();
            await Trainer.For(model).On(data).With(Recipes.SmallImages.WithEpochs(1000)).InFolder(@"{{_folder.File(
                "run"
            )}}")
                .OnProgress(new Mark()).FitAsync();
            class Mark : IProgress<TrainingProgress>
            {
                public void Report(TrainingProgress value) => File.WriteAllText(@"{{mark}}", "");
            }
            """,
            "\"never\""
        );
        using var run = new VitnbProcess(_folder.Path, new Dictionary<string, string>(), "run", path);
        SpinWait.SpinUntil(() => File.Exists(mark) || run.HasExited, TimeSpan.FromSeconds(90)).ShouldBeTrue(run.Errors);

        Kill(run.Id, Sigint).ShouldBe(0);

        run.ExitCode().ShouldBe(ExitCode.Interrupted, run.Errors);
        run.Errors.ShouldContain("Stopping: the running cell is told to save and end");
        run.Errors.ShouldContain("Interrupted in cell 2: ");
        run.Errors.ShouldContain(_folder.File("run")); // where the training was saved
        run.Errors.ShouldContain("the same command starts again");
        var cells = (JsonArray)JsonNode.Parse(File.ReadAllText(path))!["cells"]!;
        ((string)cells[0]!["outputs"]![0]!["text"]![0]!).ShouldBe("before\n");
        cells[1]!["outputs"]!.AsArray().Count.ShouldBeGreaterThan(0);
        cells[2]!["outputs"]!.AsArray().ShouldBeEmpty();
        Directory.EnumerateFiles(_folder.File("run"), "*.safetensors", SearchOption.AllDirectories).ShouldNotBeEmpty();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

using System.Text.Json.Nodes;
using Shouldly;
using TorchSharp;
using VitNotebooks.Files;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Training;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Training;

[Collection(Alone.Name)]
public class RunEnvironmentTests
{
    [Fact]
    public void Fit_ResumedWithAnotherNumberOfThreads_IsRefusedUnlessAllowedAndThenMarked()
    {
        using TemporaryFolder folder = new();
        var threads = get_num_threads();
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Should.Throw<TrainingInterruptedException>(() => TinyTask.Trainer(folder["run"]).Fit(stop.Token));
        var latest = Path.Combine(folder["run"], "checkpoints", "latest");
        var before = File.ReadAllText(latest);
        try
        {
            set_num_threads(threads + 1);
            var e = Should.Throw<CheckpointMismatchException>(() => TinyTask.Trainer(folder["run"]).Fit());
            e.Message.ShouldContain($"threads is \"{threads}\" there and \"{threads + 1}\" here");
            e.Message.ShouldContain(".AllowOtherMachine()");
            File.ReadAllText(latest).ShouldBe(before);
            TrainingRun.Load(folder["run"]).BitExact.ShouldBeTrue();

            Notes notes = new();
            Should.Throw<TrainingInterruptedException>(() =>
                TinyTask.Trainer(folder["run"]).AllowOtherMachine().Show(notes).Fit(stop.Token)
            );
            notes.Text.ShouldContain("This run is not bit-exact");

            // It stays marked, and here it goes on without being allowed again: the last checkpoint was made here.
            var run = TinyTask.Trainer(folder["run"]).Fit();
            run.Status.ShouldBe(RunStatus.Completed);
            run.BitExact.ShouldBeFalse();
            run.MachineChanges.ShouldHaveSingleItem().ShouldStartWith("from update 1 on: threads is ");
            run.ToString().ShouldContain("not bit-exact");
            Metadata(run.FinalCheckpoint).Keys.ShouldContain("environmentChanges");
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Fit_ARun_RecordsItsEnvironmentInConfigurationAndEveryCheckpoint()
    {
        using TemporaryFolder folder = new();
        var run = TinyTask.Trainer(folder["run"]).Fit();
        run.BitExact.ShouldBeTrue();
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(run.Folder, "config.json")))!["environment"]!;
        foreach (var key in new[] { "package", "torch", "torchBuild", "blas", "threads", "cpuCapability", "device" })
        {
            config[key]!.GetValue<string>().ShouldNotBeNullOrEmpty();
        }
        config["cpuCapability"]!.GetValue<string>().ShouldNotBe("unknown");
        var files = Directory.GetFiles(run.Folder, "*.safetensors", SearchOption.AllDirectories);
        files.Length.ShouldBeGreaterThan(2);
        foreach (var file in files)
        {
            JsonNode.DeepEquals(JsonNode.Parse(Metadata(file)["environment"]), config).ShouldBeTrue(file);
        }
    }

    [Fact]
    public void Differences_NothingRecorded_NamesEverything()
    {
        var here = RunEnvironment.Of(CPU);
        RunEnvironment.Differences(here.DeepClone(), here).ShouldBeEmpty();
        RunEnvironment.Differences(null, here).Count.ShouldBe(here.Count);
    }

    [Fact]
    public void RunGenerators_ModelOnAnotherDevice_AsksForThatDevicesStateToo()
    {
        RunGenerators generators = new([new Device("cuda:1"), CPU, new Device("cuda:1")]);
        generators.Devices.Select(d => d.ToString()).ShouldBe(["cpu", "cuda:1"]);
        using var scope = NewDisposeScope();
        var onlyCpu = new RunGenerators([CPU]).States().ToDictionary();
        onlyCpu.Keys.ShouldBe(["state.generator.cpu"]);
        generators.MissingFrom(onlyCpu).ShouldBe(["state.generator.cuda:1"]);
    }

    [Fact]
    public void RunGenerators_Restored_DrawTheSameNumbers()
    {
        using var scope = NewDisposeScope();
        RunGenerators generators = new([]);
        var states = generators.States().ToDictionary();
        var first = rand(4).data<float>().ToArray();
        generators.Restore(states);
        rand(4).data<float>().ToArray().ShouldBe(first);
    }

    private static IReadOnlyDictionary<string, string> Metadata(string path)
    {
        using var scope = NewDisposeScope();
        Safetensors.Load(path, out var metadata);
        return metadata;
    }
}

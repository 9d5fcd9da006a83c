using Shouldly;
using VitNotebooks.Oracles;
using VitNotebooks.Training;
using Xunit;

namespace VitNotebooks.Tests.Training;

[Collection(Alone.Name)]
public class ResumePointTests
{
    [Fact]
    public void Fit_NewestCheckpointDeleted_GoesOnFromTheOlderAndSaysSo() =>
        GoesOn(File.Delete, "which latest names, is missing", "1 updates are made again");

    [Fact]
    public void Fit_NewestCheckpointCutOff_GoesOnFromTheOlderAndKeepsIt() =>
        GoesOn(
            path => File.WriteAllBytes(path, File.ReadAllBytes(path)[..2000]),
            "step-00000001.safetensors cannot be read as a checkpoint",
            "The damaged file is kept as step-00000001.safetensors.damaged"
        );

    [Fact]
    public void Fit_NewestCheckpointWithAChangedBit_GoesOnFromTheOlder() =>
        GoesOn(
            path =>
            {
                var bytes = File.ReadAllBytes(path);
                bytes[^100] ^= 1;
                File.WriteAllBytes(path, bytes);
            },
            "step-00000001.safetensors is damaged: its tensors have not the SHA-256",
            "The damaged file is kept as step-00000001.safetensors.damaged"
        );

    [Fact]
    public void Fit_PointerMissing_GoesOnFromTheNewest()
    {
        using TemporaryFolder folder = new();
        Interrupted(folder["run"]);
        File.Delete(Path.Combine(folder["run"], "checkpoints", "latest"));
        Notes notes = new();
        TinyTask.Trainer(folder["run"]).Show(notes).Fit();
        notes.Text.ShouldContain("The pointer checkpoints/latest is missing. Going on from ");
        notes.Text.ShouldContain("step-00000001.safetensors, which is whole.");
        TinyTask.Trainer(folder["whole"]).Fit();
        RunBytes.ShouldBeEqual(folder["whole"], folder["run"]);
    }

    [Fact]
    public void Fit_AllCheckpointsDeleted_IsRefusedAndChangesNothing()
    {
        using TemporaryFolder folder = new();
        Interrupted(folder["run"]);
        Directory.Delete(Path.Combine(folder["run"], "checkpoints"), recursive: true);
        Should
            .Throw<CheckpointMismatchException>(() => TinyTask.Trainer(folder["run"]).Fit())
            .Message.ShouldContain("its checkpoints are gone");
        TrainingRun.Load(folder["run"]).Status.ShouldBe(RunStatus.Interrupted);
        Directory.GetFiles(Path.Combine(folder["run"], "checkpoints")).ShouldBeEmpty();
    }

    [Fact]
    public void Fit_NoCheckpointWhole_ListsThemAll()
    {
        using TemporaryFolder folder = new();
        Interrupted(folder["run"]);
        var files = Directory.GetFiles(Path.Combine(folder["run"], "checkpoints"), "*.safetensors");
        files.Length.ShouldBe(2);
        foreach (var file in files)
        {
            File.WriteAllBytes(file, [1, 2, 3]);
        }
        var e = Should.Throw<CheckpointMismatchException>(() => TinyTask.Trainer(folder["run"]).Fit());
        e.Message.ShouldContain("No checkpoint of the run");
        files.ShouldAllBe(f => e.Message.Contains(f) && File.Exists(f));
    }

    [Fact]
    public void Fit_FinalWeightsDeleted_AreMadeAgainFromTheLastCheckpoint()
    {
        using TemporaryFolder folder = new();
        var run = TinyTask.Trainer(folder["run"]).Fit();
        var before = File.ReadAllBytes(run.FinalCheckpoint);
        File.Delete(run.FinalCheckpoint);
        Notes notes = new();
        TinyTask.Trainer(folder["run"]).Show(notes).Fit();
        notes.Text.ShouldContain("The final weights are made again from the last checkpoint");
        File.ReadAllBytes(run.FinalCheckpoint).ShouldBe(before);
    }

    private static void GoesOn(Action<string> harm, params string[] sentences)
    {
        using TemporaryFolder folder = new();
        Interrupted(folder["run"]);
        harm(Path.Combine(folder["run"], "checkpoints", "step-00000001.safetensors"));
        Notes notes = new();
        TinyTask.Trainer(folder["run"]).Show(notes).Fit();
        notes.Text.ShouldContain("step-00000000.safetensors, which is whole");
        foreach (var sentence in sentences)
        {
            notes.Text.ShouldContain(sentence);
        }
        TinyTask.Trainer(folder["whole"]).Fit();
        RunBytes.ShouldBeEqual(folder["whole"], folder["run"]);
    }

    /// <summary>A run that was stopped after its first update: checkpoints of updates 0 and 1.</summary>
    private static void Interrupted(string folder)
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Should.Throw<TrainingInterruptedException>(() => TinyTask.Trainer(folder).Fit(stop.Token));
    }
}

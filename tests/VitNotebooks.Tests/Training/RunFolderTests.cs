using Shouldly;
using TorchSharp;
using VitNotebooks.Losses;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Training;
using Xunit;

namespace VitNotebooks.Tests.Training;

[Collection(Alone.Name)]
public class RunFolderTests
{
    [Fact]
    public void Fit_FolderOfAnotherRecipeAndSeed_NamesWhatDiffers()
    {
        using TemporaryFolder folder = new();
        TinyTask.Trainer(folder["run"], TinyTask.Recipe(epochs: 1)).Fit();
        var before = Files(folder["run"]);
        var e = Should.Throw<CheckpointMismatchException>(() =>
            TinyTask.Trainer(folder["run"], TinyTask.Recipe(epochs: 2), seed: 6).Fit()
        );
        e.Message.ShouldContain("recipe.epochs is 1 there and 2 here");
        e.Message.ShouldContain("seed is 5 there and 6 here");
        Files(folder["run"]).ShouldBe(before);
    }

    [Fact]
    public void Fit_FolderOfAnotherModel_NamesWhatDiffers()
    {
        using TemporaryFolder folder = new();
        TinyTask.Trainer(folder["run"], TinyTask.Recipe(epochs: 1)).Fit();
        Should
            .Throw<CheckpointMismatchException>(() =>
                TinyTask.Trainer(folder["run"], TinyTask.Recipe(epochs: 1), localization: false).Fit()
            )
            .Message.ShouldContain("model.losses");
    }

    [Fact]
    public void Fit_CheckpointOfAnotherModelInTheFolder_IsRefused()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Should.Throw<TrainingInterruptedException>(() => TinyTask.Trainer(folder["a"]).Fit(stop.Token));
        Should.Throw<TrainingInterruptedException>(() =>
            TinyTask.Trainer(folder["b"], localization: false).Fit(stop.Token)
        );
        File.Copy(
            Path.Combine(folder["b"], "checkpoints", "step-00000001.safetensors"),
            Path.Combine(folder["a"], "checkpoints", "step-00000001.safetensors"),
            overwrite: true
        );
        var e = Should.Throw<CheckpointMismatchException>(() => TinyTask.Trainer(folder["a"]).Fit());
        e.Message.ShouldContain("belongs to another run");
        e.Message.ShouldContain("model.losses");
    }

    [Fact]
    public void ReadMetrics_LastLineCutOff_LeavesItOut()
    {
        using TemporaryFolder folder = new();
        var run = TinyTask.Trainer(folder["run"]).Fit();
        var metrics = Path.Combine(folder["run"], "metrics.csv");
        var text = File.ReadAllText(metrics);
        File.WriteAllText(metrics, text[..^5]);
        TrainingRun.Load(folder["run"]).Epochs.Count.ShouldBe(run.Epochs.Count - 1);
    }

    [Fact]
    public void Fit_WeightsThatAreNoNumbers_StopsAndNamesTheEpoch()
    {
        using TemporaryFolder folder = new();
        var explosive = TinyTask.Recipe(epochs: 3) with { LearningRate = 1e30, ClipNorm = 0, WarmupEpochs = 0 };
        var e = Should.Throw<TrainingDivergedException>(() => TinyTask.Trainer(folder["run"], explosive).Fit());
        e.Message.ShouldContain("became no number in epoch 1, between updates");
        e.Message.ShouldContain("last good checkpoint");
        File.Exists(e.LastGoodCheckpoint).ShouldBeTrue();
        TrainingRun.Load(folder["run"]).Status.ShouldBe(RunStatus.Diverged);
    }

    [Fact]
    public void Fit_ModelWithOtherClassesAndSize_ReportsBothBeforeAnythingIsWritten()
    {
        using TemporaryFolder folder = new();
        var e = Should.Throw<InvalidRecipeException>(() =>
            Trainer
                .For(() => (TinyTask.Config(classes: 3) with { ImageSize = 32 }).Build())
                .On(TinyTask.Data())
                .With(TinyTask.Recipe())
                .InFolder(folder["run"])
                .Show(TrainingDisplay.None)
                .Fit()
        );
        e.Faults.Count.ShouldBe(2);
        e.Message.ShouldContain("the model's head has 3 classes and bars has 2");
        e.Message.ShouldContain("call data.Resize(32)");
        Directory.Exists(folder["run"]).ShouldBeFalse();
    }

    [Fact]
    public async Task FitAsync_SecondRunAtTheSameTime_IsRefused()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource stop = new();
        var first = TinyTask.Trainer(folder["a"], TinyTask.Recipe(epochs: 50)).FitAsync(stop.Token);
        var e = await Should.ThrowAsync<InvalidOperationException>(() => TinyTask.Trainer(folder["b"]).FitAsync());
        e.Message.ShouldContain("Another training run is under way");
        await stop.CancelAsync();
        await Should.ThrowAsync<TrainingInterruptedException>(() => first);
    }

    [Fact]
    public void Fit_LearnableTask_LearnsIt()
    {
        using TemporaryFolder folder = new();
        var run = TinyTask
            .Trainer(folder["run"], TinyTask.Recipe(epochs: 30), localization: false)
            .On(TinyTask.Data(train: 160))
            .Fit();
        run.FinalAccuracy.ShouldBeGreaterThan(0.9);
        run.BestAccuracy.ShouldBeGreaterThanOrEqualTo(run.FinalAccuracy);
        run.StepMilliseconds.ShouldBeGreaterThan(0);
        run.PeakMemoryBytes.ShouldBeGreaterThan(1 << 20);
        run.Machine["torch"].ShouldNotBeNullOrEmpty();
        run.ToString().ShouldContain("completed after 30 epochs");
    }

    [Fact]
    public void Fit_LossWhoseWeightIsStillNearZero_SaysSo()
    {
        using TemporaryFolder folder = new();
        Notes notes = new();
        var config = TinyTask.Config() with { Losses = [RelativeLocalizationOptions.Compat with { Pairs = 8 }] };
        Trainer
            .For(() => config.Build())
            .On(TinyTask.Data())
            .With(TinyTask.Recipe(epochs: 2))
            .InFolder(folder["run"])
            .Show(notes)
            .Fit();
        notes.Text.ShouldContain("so it hardly acts");
        notes.Text.ShouldContain("weight decay on");
    }

    [Fact]
    public void Fit_GivenModelAndNoFolder_TrainsItInPlaceInAFolderNamedAfterTheRun()
    {
        using TemporaryFolder folder = new();
        var before = Environment.GetEnvironmentVariable("VITNB_RUNS");
        Environment.SetEnvironmentVariable("VITNB_RUNS", folder.Path);
        try
        {
            using var model = TinyTask.Model();
            using var start = model.get_parameter("head.weight")!.detach().clone();
            var run = Trainer
                .For(model)
                .On(TinyTask.Data())
                .With(TinyTask.Recipe(epochs: 1))
                .Seed(4)
                .Show(TrainingDisplay.None)
                .Fit();
            Path.GetFileName(run.Folder).ShouldStartWith("vit_test-bars-tiny-s4-");
            start.eq(model.get_parameter("head.weight")!).all().ToBoolean().ShouldBeFalse();
            model.ClassNames.ShouldBe(["horizontal", "vertical"]);
            model.training.ShouldBeFalse();
        }
        finally
        {
            Environment.SetEnvironmentVariable("VITNB_RUNS", before);
        }
    }

    private static string[] Files(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(f => $"{f} {File.GetLastWriteTimeUtc(f):O} {new FileInfo(f).Length}"),
        ];
}

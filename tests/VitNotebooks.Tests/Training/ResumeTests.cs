using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Oracles;
using VitNotebooks.Training;
using Xunit;

namespace VitNotebooks.Tests.Training;

[Collection(Alone.Name)]
public class ResumeTests
{
    [Theory]
    [InlineData(StepRandomness.PerStep)]
    [InlineData(StepRandomness.OneSequence)]
    public async Task FitAsync_CancelledAtRandomSteps_EndsInTheSameBits(StepRandomness randomness)
    {
        using TemporaryFolder folder = new();
        var recipe = TinyTask.Recipe(epochs: 4) with { Randomness = randomness };
        var unbroken = await TinyTask.Trainer(folder["unbroken"], recipe).FitAsync();
        unbroken.Status.ShouldBe(RunStatus.Completed);

        Random random = new(11);
        var interruptions = 0;
        TrainingRun? resumed = null;
        while (resumed is null)
        {
            using CancellationTokenSource stop = new();
            // A checkpoint after each update is one more chance to go wrong, and none may change the bits.
            var trainer = TinyTask
                .Trainer(folder["broken"], recipe)
                .CheckpointEvery(1)
                .OnProgress(new StopAfter(stop, random.Next(1, 3)));
            try
            {
                resumed = await trainer.FitAsync(stop.Token);
            }
            catch (TrainingInterruptedException e)
            {
                e.Run.Status.ShouldBe(RunStatus.Interrupted);
                e.Message.ShouldContain("Start the same run again");
                (++interruptions).ShouldBeLessThan(200);
            }
        }
        interruptions.ShouldBeGreaterThan(1);
        RunBytes.ShouldBeEqual(folder["unbroken"], folder["broken"]);
    }

    [Fact]
    public async Task FitAsync_CancelledWithinAnEpoch_GoesOnFromTheNextUpdate()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource stop = new();
        await stop.CancelAsync();
        var e = await Should.ThrowAsync<TrainingInterruptedException>(() =>
            TinyTask.Trainer(folder["run"]).FitAsync(stop.Token)
        );
        e.Message.ShouldContain("Stopped after update 1 of 6 in epoch 1 of 3");
        File.ReadAllText(Path.Combine(folder["run"], "checkpoints", "latest"))
            .Trim()
            .ShouldBe("step-00000001.safetensors");
        var whole = await TinyTask.Trainer(folder["whole"]).FitAsync();
        var rest = await TinyTask.Trainer(folder["run"]).FitAsync();
        rest.Epochs.Count.ShouldBe(whole.Epochs.Count);
        RunBytes.ShouldBeEqual(folder["whole"], folder["run"]);
    }

    [Fact]
    public async Task FitAsync_OtherNumberOfWorkers_GivesTheSameBits()
    {
        using TemporaryFolder folder = new();
        await TinyTask.Trainer(folder["one"]).Workers(1).FitAsync();
        await TinyTask.Trainer(folder["three"]).Workers(3).FitAsync();
        RunBytes.ShouldBeEqual(folder["one"], folder["three"]);
    }

    [Theory]
    [InlineData(MixMode.Batch)]
    [InlineData(MixMode.Elem)]
    public async Task FitAsync_WithMixing_IsReproducibleAndResumable(MixMode mode)
    {
        using TemporaryFolder folder = new();
        var recipe = TinyTask.Recipe(epochs: 2) with { Mixing = new MixupCutMix(0.8, 1, Mode: mode) };
        await TinyTask.Trainer(folder["whole"], recipe).FitAsync();
        using CancellationTokenSource stop = new();
        await stop.CancelAsync();
        await Should.ThrowAsync<TrainingInterruptedException>(() =>
            TinyTask.Trainer(folder["run"], recipe).FitAsync(stop.Token)
        );
        await TinyTask.Trainer(folder["run"], recipe).FitAsync();
        RunBytes.ShouldBeEqual(folder["whole"], folder["run"]);
    }

    [Fact]
    public async Task FitAsync_OtherSeed_GivesOtherBits()
    {
        using TemporaryFolder folder = new();
        var a = await TinyTask.Trainer(folder["a"], seed: 1).FitAsync();
        var b = await TinyTask.Trainer(folder["b"], seed: 2).FitAsync();
        File.ReadAllBytes(a.FinalCheckpoint).ShouldNotBe(File.ReadAllBytes(b.FinalCheckpoint));
    }

    [Fact]
    public async Task FitAsync_CompletedRun_IsNotMadeAgain()
    {
        using TemporaryFolder folder = new();
        var first = await TinyTask.Trainer(folder["run"]).FitAsync();
        var written = File.GetLastWriteTimeUtc(first.FinalCheckpoint);
        var second = await TinyTask.Trainer(folder["run"]).FitAsync();
        second.Epochs.ShouldBe(first.Epochs);
        File.GetLastWriteTimeUtc(first.FinalCheckpoint).ShouldBe(written);
    }

    private sealed class StopAfter(CancellationTokenSource stop, int reports) : IProgress<TrainingProgress>
    {
        private int _seen;

        public void Report(TrainingProgress value)
        {
            if (++_seen >= reports)
            {
                stop.Cancel();
            }
        }
    }
}

using System.Globalization;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Oracles;
using VitNotebooks.Training;
using Xunit;

namespace VitNotebooks.Tests.Training;

/// <summary>The share of waiting in the progress line: of a slow source, of a stuck one, of images that are read onto the device.</summary>
[Collection(Alone.Name)]
public sealed class WaitingForDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_ASlowSource_ShowsItsShareInTheProgressLine()
    {
        var slow = ShareOf("slow", data => data with { Train = WatchedDataset.Slow(data.Train, 8) });
        var fast = ShareOf("fast", data => data);
        slow.ShouldBeGreaterThan(0.5);
        fast.ShouldBeLessThan(slow);
    }

    [Fact]
    public void Fit_ASlowSourceReadOntoTheDevice_CountsAsWaiting()
    {
        var data = TinyTask.Data();
        // The first image is read by itself, for its size, and then with the others.
        WatchedDataset slow = new(data.Train, index => WatchedDataset.Spin(index == 0 ? 150 : 0));
        Notes notes = new();
        var run = TinyTask
            .Trainer(_folder["run"], TinyTask.Recipe(epochs: 2))
            .On((data with { Train = slow }).OnDevice())
            .Show(notes)
            .Fit();
        notes.Text.ShouldContain("Reading the 48 images of bars/train onto cpu.");
        run.Epochs[0].WaitSeconds.ShouldBeGreaterThan(0.29);
        run.Epochs[0].WaitSeconds.ShouldBeLessThanOrEqualTo(run.Epochs[0].Seconds);
        run.Epochs[1].WaitSeconds.ShouldBeLessThan(run.Epochs[0].WaitSeconds);
    }

    [Fact]
    public void Fit_AStuckSource_IsReportedWhileItIsStuck()
    {
        using ManualResetEventSlim release = new();
        var wasReleased = false;
        var run = TinyTask
            .Trainer(_folder["run"], TinyTask.Recipe(epochs: 1))
            .On(Stuck(() => wasReleased = release.Wait(TimeSpan.FromSeconds(60))))
            .OnProgress(
                new Reports(p =>
                {
                    if (p is { Phase: TrainingPhase.Training, Step: 1, WaitShare: > 0.5 })
                    {
                        release.Set();
                    }
                })
            )
            .Fit();
        wasReleased.ShouldBeTrue("nobody heard of the wait while it lasted");
        run.Status.ShouldBe(RunStatus.Completed);
        run.Epochs[0].WaitSeconds.ShouldBeGreaterThan(0.2);
    }

    [Fact]
    public void Fit_StoppedWhileTheSourceIsStuck_SavesAndGoesOnToTheSameBits()
    {
        using ManualResetEventSlim release = new();
        using CancellationTokenSource stop = new();
        var recipe = TinyTask.Recipe(epochs: 1);
        TinyTask.Trainer(_folder["whole"], recipe).Fit();
        var e = Should.Throw<TrainingInterruptedException>(() =>
            TinyTask
                .Trainer(_folder["run"], recipe)
                .On(Stuck(() => release.Wait(TimeSpan.FromSeconds(60))))
                .OnProgress(
                    new Reports(p =>
                    {
                        if (p.WaitShare > 0.5)
                        {
                            stop.Cancel();
                        }
                    })
                )
                .Show(new AtTheEnd(release.Set))
                .Fit(stop.Token)
        );
        e.Message.ShouldContain("Stopped after update 1 of 6");
        TinyTask.Trainer(_folder["run"], recipe).Fit();
        RunBytes.ShouldBeEqual(_folder["whole"], _folder["run"]);
    }

    // The first image of the second batch does not come.
    private static VisionData Stuck(Action wait)
    {
        var data = TinyTask.Data();
        var image = Sampler.Shuffle.Order(data.Train, 5, 0)[8];
        return data with
        {
            Train = new WatchedDataset(
                data.Train,
                index =>
                {
                    if (index == image)
                    {
                        wait();
                    }
                }
            ),
        };
    }

    private double ShareOf(string name, Func<VisionData, VisionData> change)
    {
        List<TrainingProgress> seen = [];
        var run = TinyTask
            .Trainer(_folder[name], TinyTask.Recipe(epochs: 2))
            .On(change(TinyTask.Data()))
            .OnProgress(new Reports(seen.Add))
            .Fit();
        var last = seen[^1];
        var share = run.Epochs[^1].WaitSeconds / run.Epochs[^1].Seconds;
        last.WaitShare.ShouldBe(share, 0.01);
        TerminalDisplay
            .ProgressLine(last)
            .ShouldContain(string.Create(CultureInfo.InvariantCulture, $"  wait {100 * last.WaitShare:0}%"));
        return share;
    }

    private sealed class Reports(Action<TrainingProgress> hear) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => hear(value);
    }

    private sealed class AtTheEnd(Action done) : ITrainingDisplay
    {
        public void Report(TrainingProgress p) { }

        public void Done(TrainingRun run) => done();
    }
}

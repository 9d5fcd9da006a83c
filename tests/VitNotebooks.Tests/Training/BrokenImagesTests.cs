using System.Text.Json.Nodes;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Oracles;
using VitNotebooks.Training;
using Xunit;

namespace VitNotebooks.Tests.Training;

[Collection(Alone.Name)]
public sealed class BrokenImagesTests : IDisposable
{
    private const int Seed = 5; // TinyTask's

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fit_SkipAndCount_ListsEveryFileInTheReportAndInTheSummary(bool onDevice)
    {
        var data = Data([3, 17, 18, 40], [5]);
        var run = Trainer(onDevice ? data.OnDevice() : data, BrokenImagePolicy.SkipAndCount).Fit();
        run.Status.ShouldBe(RunStatus.Completed);
        run.Broken.Policy.ShouldBe(BrokenImagePolicy.SkipAndCount);
        run.Broken.Training.Select(b => b.File)
            .ShouldBe(
                ["bars/train/3.png", "bars/train/17.png", "bars/train/18.png", "bars/train/40.png"],
                ignoreOrder: true
            );
        run.Broken.Test.ShouldBe([new BrokenImage("bars/test/5.png", "bars/test/5.png: cut off")]);
        run.ToString().ShouldContain("; training: 4 broken images left out (bars/train/");
        run.ToString().ShouldContain(" and 1 more); test: 1 broken image left out (bars/test/5.png), in ");
        var report = Report();
        ((string)report["policy"]!).ShouldBe("SkipAndCount");
        ((int)report["count"]!).ShouldBe(5);
        ((string)report["test"]![0]!["reason"]!).ShouldBe("bars/test/5.png: cut off");
        report["training"]!.AsArray().Count.ShouldBe(4);

        var printed = new StringWriter();
        new TerminalDisplay(printed, overwrite: false).Done(run);
        printed.ToString().ShouldContain("4 broken images left out");
    }

    [Fact]
    public void Fit_Replace_ReplacesInTrainingAndLeavesOutOfTheTest()
    {
        var run = Trainer(Data([3], [5, 6]), BrokenImagePolicy.Replace).Fit();
        run.Broken.ToString()
            .ShouldBe(
                "training: 1 broken image replaced by the next (bars/train/3.png); test: 2 broken images left out (bars/test/5.png, bars/test/6.png)"
            );
    }

    [Fact]
    public void Fit_NoBrokenImage_ReportsThePolicyAndNone()
    {
        var run = Trainer(Data([], []), BrokenImagePolicy.Throw).Fit();
        run.Broken.Count.ShouldBe(0);
        run.ToString().ShouldNotContain("broken");
        ((string)Report()["policy"]!).ShouldBe("Throw");
        ((int)Report()["count"]!).ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fit_Throw_StopsAtTheFileAndReportsIt(bool inTraining)
    {
        Notes notes = new();
        var e = Should.Throw<BrokenImageException>(() =>
            Trainer(inTraining ? Data([9], []) : Data([], [9]), BrokenImagePolicy.Throw).Show(notes).Fit()
        );
        e.File.ShouldBe(inTraining ? "bars/train/9.png" : "bars/test/9.png");
        notes.Text.ShouldContain(".OnBroken(BrokenImagePolicy.SkipAndCount)");
        var run = TrainingRun.Load(_folder["run"]);
        run.Status.ShouldBe(RunStatus.Interrupted);
        (inTraining ? run.Broken.Training : run.Broken.Test).Single().File.ShouldBe(e.File);
        run.Broken.Count.ShouldBe(1);
        run.ToString().ShouldContain($"1 broken image met ({e.File})");
    }

    [Fact]
    public void Fit_Interrupted_DoesNotForgetWhatWasMetBefore()
    {
        // It stands in the first batch of the only epoch, which is not read again after the interruption.
        var whole = Data([], []);
        var first = Sampler.Shuffle.Order(whole.Train, Seed, 0)[0];
        var data = Data([first], []);
        var unbroken = Trainer(data, BrokenImagePolicy.SkipAndCount).InFolder(_folder["whole"]);
        unbroken.Fit();
        using CancellationTokenSource stop = new();
        stop.Cancel();
        var trainer = Trainer(data, BrokenImagePolicy.SkipAndCount);
        Should.Throw<TrainingInterruptedException>(() => trainer.Fit(stop.Token));
        var reads = 0;
        var watched = data with { Train = new WatchedDataset(data.Train, index => reads += index == first ? 1 : 0) };
        var run = trainer.On(watched).Fit();
        reads.ShouldBe(0);
        run.Broken.Training.Single().File.ShouldBe($"bars/train/{first}.png");
        RunBytes.ShouldBeEqual(_folder["whole"], _folder["run"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fit_WholeBatchesBroken_MakesTheOtherUpdates(bool onDevice)
    {
        // The second and the last batch of the only epoch.
        var order = Sampler.Shuffle.Order(Data([], []).Train, Seed, 0);
        var data = Data([.. order[8..16], .. order[40..]], []);
        var run = Trainer(onDevice ? data.OnDevice() : data, BrokenImagePolicy.SkipAndCount).Fit();
        run.Status.ShouldBe(RunStatus.Completed);
        run.Broken.Training.Count.ShouldBe(16);
        run.Epochs.Single().TrainLoss.ShouldBeInRange(0.1, 3);
        (run.Epochs.Single().ImagesPerSecond * run.Epochs.Single().Seconds).ShouldBe(32, 2);
    }

    [Fact]
    public void Fit_AllBroken_SaysSo() =>
        Should
            .Throw<DataException>(() =>
                Trainer(Data([.. Enumerable.Range(0, 48)], []), BrokenImagePolicy.SkipAndCount).Fit()
            )
            .Message.ShouldContain(
                "None of the images of bars/train that epoch 1 shows can be read: 48 broken images left out"
            );

    private JsonNode Report() => JsonNode.Parse(File.ReadAllText(Path.Combine(_folder["run"], "run.json")))!["broken"]!;

    private Trainer Trainer(VisionData data, BrokenImagePolicy policy) =>
        TinyTask.Trainer(_folder["run"], TinyTask.Recipe(epochs: 1)).On(data).OnBroken(policy);

    private static VisionData Data(int[] train, int[] test)
    {
        var data = TinyTask.Data();
        return data with
        {
            Train = WatchedDataset.Broken(data.Train, train),
            Test = WatchedDataset.Broken(data.Test, test),
        };
    }
}

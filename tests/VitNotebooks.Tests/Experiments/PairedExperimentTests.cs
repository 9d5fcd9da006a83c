using System.Globalization;
using System.Text.RegularExpressions;
using Shouldly;
using TorchSharp;
using VitNotebooks.Experiments;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Tests.Training;
using VitNotebooks.Training;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Experiments;

[Collection(Alone.Name)]
public class PairedExperimentTests
{
    [Fact]
    public async Task RunAsync_TwoArmsTwoSeeds_TrainsOnceAndWritesResults()
    {
        using TemporaryFolder folder = new();
        var experiment = Experiment(folder.Path).Seeds(0, 1);
        var first = await experiment.RunAsync();
        first.Runs.Count.ShouldBe(4);
        first.Of("with").Select(r => r.Seed).ShouldBe([0, 1]);
        first.Of("with")[0].AuxiliaryLosses.ShouldHaveSingleItem();
        File.ReadAllLines(folder["results.csv"]).Length.ShouldBe(5);
        File.ReadAllText(folder["results.json"]).ShouldContain("\"publishedArm\": \"drloc\"");

        var written = File.GetLastWriteTimeUtc(first.Runs[0].Run.FinalCheckpoint);
        var second = await experiment.RunAsync();
        File.GetLastWriteTimeUtc(second.Runs[0].Run.FinalCheckpoint).ShouldBe(written);
        second.ToString().ShouldBe(first.ToString());

        var cost = first.Cost("with");
        cost.TimeRatio.ShouldBeGreaterThan(0.2);
        cost.Parameters.ShouldBeGreaterThan(cost.ReferenceParameters);
        cost.ToString().ShouldContain("ms an update");
        first.Table().Rows.Select(r => r.Arm).ShouldBe(["without", "with"]);
    }

    [Fact]
    public async Task RunAsync_Cancelled_GoesOnWhereItStopped()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource stop = new();
        var experiment = Experiment(folder.Path).Seeds(0);
        StopAtRun display = new(stop, "2/2");
        await Assert.ThrowsAsync<TrainingInterruptedException>(() => experiment.Show(display).RunAsync(stop.Token));
        var result = await experiment.RunAsync();
        result.Runs.Count.ShouldBe(2);
        result.Runs.ShouldAllBe(r => r.Run.Status == RunStatus.Completed);
    }

    [Fact]
    public void Build_ArmWithOneHeadMore_SharesAllCommonWeights()
    {
        ExperimentArm without = new("without", () => TinyTask.Model(localization: false), "");
        ExperimentArm with = new("with", () => TinyTask.Model(localization: true), "");
        using var a = PairedInitialization.Build(without, without, 3);
        using var b = PairedInitialization.Build(without, with, 3);
        using var other = PairedInitialization.Build(without, without, 4);
        using var scope = NewDisposeScope();
        var theirs = b.state_dict();
        var compared = 0;
        foreach (var (name, tensor) in a.state_dict())
        {
            tensor.eq(theirs[name]).all().ToBoolean().ShouldBeTrue(name);
            compared++;
        }
        compared.ShouldBeGreaterThan(10);
        a.get_parameter("head.weight")!.eq(other.get_parameter("head.weight")!).all().ToBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task RunAsync_WithinABudget_GivesAllArmsTheSameUpdatesAndPlansTheWholeBudget()
    {
        using TemporaryFolder folder = new();
        var budget = TimeSpan.FromSeconds(4);
        Notes notes = new();
        var result = await Experiment(folder.Path).Seeds(0).Within(budget).Show(notes).RunAsync();
        var updates = result.Runs.Select(r => (long)r.Run.Epochs.Sum(e => e.Steps)).Distinct().ShouldHaveSingleItem();
        updates.ShouldBeGreaterThan(10);
        // What the plan says of itself; how long the runs then took depends on who else is at work.
        var plan = Regex.Match(
            notes.Text,
            @"Budget of .* for 2 runs: an update takes without ([\d.]+) ms, with ([\d.]+) ms; so (\d+) updates"
        );
        plan.Success.ShouldBeTrue(notes.Text);
        double Number(int group) => double.Parse(plan.Groups[group].Value, CultureInfo.InvariantCulture);
        Number(3).ShouldBe(updates);
        ((Number(1) + Number(2)) / 1000 * updates).ShouldBeLessThanOrEqualTo(budget.TotalSeconds);
    }

    [Fact]
    public void Arm_SameNameTwice_IsRefused() =>
        Should.Throw<ArgumentException>(() => Experiment("/nowhere").Arm("with", () => TinyTask.Model()));

    private static PairedExperiment Experiment(string folder) =>
        PairedExperiment
            .Named("test")
            .Arm("without", () => TinyTask.Model(localization: false))
            .Arm("with", () => TinyTask.Model(localization: true))
            .On(TinyTask.Data())
            .With(TinyTask.Recipe(epochs: 2))
            .InFolder(folder)
            .Workers(1)
            .Show(TrainingDisplay.None);

    private sealed class Notes : ITrainingDisplay
    {
        private readonly System.Text.StringBuilder _text = new();

        public string Text => _text.ToString();

        public void Report(TrainingProgress p) { }

        public void Done(TrainingRun run) { }

        public void Note(string text) => _text.AppendLine(text);
    }

    private sealed class StopAtRun(CancellationTokenSource stop, string label) : ITrainingDisplay
    {
        public void Report(TrainingProgress p)
        {
            if (p.Label.StartsWith(label, StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        }

        public void Done(TrainingRun run) { }
    }
}

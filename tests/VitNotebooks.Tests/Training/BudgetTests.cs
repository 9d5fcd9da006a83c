using System.Diagnostics;
using Shouldly;
using VitNotebooks.Oracles;
using VitNotebooks.Training;
using Xunit;

namespace VitNotebooks.Tests.Training;

[Collection(Alone.Name)]
public class BudgetTests
{
    [Fact]
    public void Choose_KnownCosts_FitsTheBudgetAndFillsIt()
    {
        MeasuredCost cost = new(StepSeconds: 0.1, EvaluationSeconds: 2, CheckpointSeconds: 0.05);
        var chosen = BudgetPlanner.Choose(
            Recipes.SmallImages,
            stepsPerEpoch: 100,
            cost,
            TimeSpan.FromSeconds(300),
            TimeSpan.FromSeconds(10)
        );
        var steps = chosen.MaxSteps!.Value;
        var evaluations = Math.Ceiling(chosen.Epochs / (double)chosen.EvaluateEvery);
        var total = 10 + (steps * 0.1) + (evaluations * 2) + ((chosen.Epochs + 1) * 0.05);
        total.ShouldBeInRange(0.85 * 300, 300);
        chosen.ScheduleHorizonEpochs.ShouldBeNull();
        chosen.Schedule(100).At(steps).ShouldBe(chosen.Schedule(100).Minimum);
        chosen.Faults().ShouldBeEmpty();
    }

    [Fact]
    public void Choose_ExpensiveEvaluation_EvaluatesLessOften()
    {
        MeasuredCost cost = new(StepSeconds: 0.01, EvaluationSeconds: 5, CheckpointSeconds: 0);
        var chosen = BudgetPlanner.Choose(Recipes.SmallImages, 100, cost, TimeSpan.FromSeconds(100), TimeSpan.Zero);
        chosen.EvaluateEvery.ShouldBeGreaterThan(1);
        (Math.Ceiling(chosen.Epochs / (double)chosen.EvaluateEvery) * 5).ShouldBeLessThanOrEqualTo(30);
    }

    [Fact]
    public void Choose_NoRoomForAnUpdate_SaysWhatItWouldTake() =>
        Should
            .Throw<InvalidRecipeException>(() =>
                BudgetPlanner.Choose(Recipes.SmallImages, 100, new(3, 0.5, 0), TimeSpan.FromSeconds(2), TimeSpan.Zero)
            )
            .Message.ShouldContain("no room for an update of 3.00 s");

    [Fact]
    public void Choose_EvaluationEatsTheBudget_SaysToTakeFewerTestImages() =>
        Should
            .Throw<InvalidRecipeException>(() =>
                BudgetPlanner.Choose(
                    Recipes.SmallImages,
                    100,
                    new(0.1, 60, 0),
                    TimeSpan.FromSeconds(100),
                    TimeSpan.Zero
                )
            )
            .Message.ShouldContain("fewer test images");

    [Fact]
    public void Fit_WithBudget_CompletesAScheduleOfItsOwn()
    {
        using TemporaryFolder folder = new();
        var run = TinyTask.Trainer(folder["run"]).Fit(TimeSpan.FromSeconds(4));
        run.Status.ShouldBe(RunStatus.Completed);
        run.Recipe.MaxSteps.ShouldNotBeNull();
        run.Epochs.Sum(e => (long)e.Steps).ShouldBeGreaterThan(20);
        run.FinalAccuracy.ShouldBeInRange(0, 1);
    }

    /// <summary>Of a clock, so only where nobody else is at work: <c>./test.sh --on-demand</c>.</summary>
    [Fact]
    [Trait("Category", "OnDemand")]
    public void Fit_WithBudgetOnAnIdleMachine_EndsWithinIt()
    {
        using TemporaryFolder folder = new();
        var budget = TimeSpan.FromSeconds(4);
        var clock = Stopwatch.StartNew();
        _ = TinyTask.Trainer(folder["run"]).Fit(budget);
        clock.Elapsed.ShouldBeInRange(0.2 * budget, 1.1 * budget);
    }
}

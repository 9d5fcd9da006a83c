using Shouldly;
using VitNotebooks.Training;
using Xunit;

namespace VitNotebooks.Tests.Training;

public class LearningRateScheduleTests
{
    private const int StepsPerEpoch = 48;
    private static readonly LearningRateSchedule Paper = Recipes
        .VtsDrloc.Compat.WithBatchSize(1024)
        .Schedule(StepsPerEpoch);

    [Theory]
    [InlineData(0, 1e-6)]
    [InlineData(10, 5.005e-4)]
    [InlineData(20, 9.8918e-4)]
    [InlineData(50, 9.3368e-4)]
    [InlineData(100, 7.525e-4)]
    public void At_EpochsOfThePaper_GivesTheTableOfTheFacts(int epoch, double expected)
    {
        var unlagged = Paper with { LagsOneStep = false };
        unlagged.At((long)epoch * StepsPerEpoch).ShouldBe(expected, 5e-9);
    }

    [Fact]
    public void At_Compat_UsesTheRateOfTheStepBefore()
    {
        var unlagged = Paper with { LagsOneStep = false };
        Paper.LagsOneStep.ShouldBeTrue();
        Paper.At(0).ShouldBe(unlagged.At(0));
        Paper.At(1).ShouldBe(unlagged.At(0));
        Paper.At(2).ShouldBe(unlagged.At(1));
        Paper.At(5000).ShouldBe(unlagged.At(4999));
    }

    [Fact]
    public void At_CompatWithOneProcess_EndsAtTheRateOfTheAuthorsLog()
    {
        var one = Recipes.VtsDrloc.Compat.Schedule(390);
        one.Peak.ShouldBe(1.25e-4, 1e-12);
        one.Start.ShouldBe(1.25e-7, 1e-15);
        one.At((101 * 390) - 1).ShouldBe(0.000094, 5e-7);
    }

    [Fact]
    public void At_Fixed_ReachesTheMinimumAtTheLastEpoch()
    {
        var whole = Recipes.VtsDrloc.Epochs(40).Schedule(10);
        whole.HorizonSteps.ShouldBe(400);
        whole.WarmupSteps.ShouldBe(80);
        whole.At(399).ShouldBe(whole.Minimum, 0.01 * whole.Peak);
        whole.At(400).ShouldBe(whole.Minimum);
        whole.At(4000).ShouldBe(whole.Minimum);
    }

    [Fact]
    public void Schedule_WithStepLimit_LaysTheWholeCosineOverTheSteps()
    {
        var cut = (TinyTask.Recipe(epochs: 10) with { MaxSteps = 25 }).Schedule(10);
        cut.HorizonSteps.ShouldBe(25);
        cut.At(25).ShouldBe(cut.Minimum);
    }
}

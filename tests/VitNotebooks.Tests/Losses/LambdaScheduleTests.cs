using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using VitNotebooks.Losses;
using Xunit;

namespace VitNotebooks.Tests.Losses;

public sealed class LambdaScheduleTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.025)]
    [InlineData(10, 0.25)]
    [InlineData(20, 0.5)]
    [InlineData(21, 0.4982)]
    [InlineData(50, 0.4464)]
    [InlineData(100, 0.3571)]
    public void WeightAt_TheAuthorsSchedule_IsTheTableOfTheirLog(int epoch, double lambda)
    {
        using var loss = new RelativeLocalizationLoss(RelativeLocalizationOptions.Compat, 4, 7);
        loss.WeightAt(epoch, 300).ShouldBe(lambda, 5e-5);
    }

    [Fact]
    public void WeightAt_Constant_IsTheWeight()
    {
        using var loss = new RelativeLocalizationLoss(RelativeLocalizationOptions.Fixed with { Weight = 0.3 }, 4, 7);
        loss.WeightAt(0, 100).ShouldBe(0.3);
        loss.WeightAt(99, 100).ShouldBe(0.3);
    }

    [Fact]
    public void At_AnyEpochAndHorizon_IsBetweenZeroAndOne() =>
        Prop.ForAll(
                Gen.Choose(0, 400).Three().ToArbitrary(),
                t => LambdaSchedule.RiseAndFall(t.Item1).At(t.Item2, t.Item3) is >= 0 and <= 1
            )
            .QuickCheckThrowOnFailure();
}

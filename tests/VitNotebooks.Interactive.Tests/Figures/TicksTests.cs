using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace VitNotebooks.Interactive.Tests;

public sealed class TicksTests
{
    [Theory]
    [InlineData(0, 1, 5, new[] { "0.0", "0.2", "0.4", "0.6", "0.8", "1.0" })]
    [InlineData(59.5, 83.9, 5, new[] { "55", "60", "65", "70", "75", "80", "85" })]
    [InlineData(-2, 2, 4, new[] { "\u22122", "\u22121", "0", "1", "2" })]
    public void For_Range_GivesRoundNumbers(double low, double high, int wanted, string[] labels) =>
        Ticks.For(new Axis(), low, high, wanted, pad: true).Labels.ShouldBe(labels);

    [Fact]
    public void For_WholeAxis_HasOnlyWholeNumbers() =>
        Ticks.For(new Axis { Whole = true }, 1, 3, 10, pad: false).Labels.ShouldBe(["1", "2", "3"]);

    [Fact]
    public void For_Logarithmic_HasDecades() =>
        Ticks
            .For(new Axis { Log = true }, 0.002, 30, 5, pad: true)
            .Labels.ShouldBe(["0.001", "0.01", "0.1", "1", "10", "100"]);

    [Fact]
    public void For_AnyRange_CoversItWithFewTicks() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<(NormalFloat, NormalFloat)>(),
                range =>
                {
                    var (a, b) = (range.Item1.Get, range.Item2.Get);
                    if (Math.Abs(a) > 1e100 || Math.Abs(b) > 1e100)
                    {
                        return true;
                    }

                    var ticks = Ticks.For(new Axis(), Math.Min(a, b), Math.Max(a, b), 6, pad: true);
                    return ticks.Min <= Math.Min(a, b)
                        && ticks.Max >= Math.Max(a, b)
                        && ticks.Values.Length is >= 2 and <= 16;
                }
            )
            .QuickCheckThrowOnFailure();
}

using Shouldly;
using Xunit;

namespace VitNotebooks.Interactive.Tests;

public sealed class VerdictTests
{
    /// <summary>By hand: mean 2, deviation 1, t(2) = 4.303, so 4.303 / sqrt(3) = 2.484.</summary>
    [Fact]
    public void HalfWidth_ThreeSeeds_IsStudents()
    {
        var verdict = new Verdict("b", "a", [1, 2, 3]);

        verdict.Mean.ShouldBe(2);
        verdict.HalfWidth.ShouldBe(2.484, 0.001);
        verdict.ToString().ShouldContain("95 % interval -0.48 to 4.48: zero is inside");
    }

    [Fact]
    public void ToString_ClearGain_SaysSo() =>
        new Verdict("b", "a", [2.0, 2.1, 1.9])
            .ToString()
            .ShouldContain("larger than chance between these seeds explains");

    [Fact]
    public void ToString_OneSeed_ClaimsNothing() =>
        new Verdict("b", "a", [5]).ToString().ShouldEndWith("One seed tells nothing about chance.");
}

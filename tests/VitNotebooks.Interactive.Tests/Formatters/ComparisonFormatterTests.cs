using Shouldly;
using Xunit;

namespace VitNotebooks.Interactive.Tests;

public sealed class ComparisonFormatterTests
{
    /// <summary>t(2) = 4.303: three pairs with deviation 1 need a mean beyond 2.484.</summary>
    [Theory]
    [InlineData(2.0, 1.0, 3, "")]
    [InlineData(2.6, 1.0, 3, " vn-up")]
    [InlineData(-2.6, 1.0, 3, " vn-down")]
    [InlineData(9.0, double.NaN, 1, "")]
    public void Tone_OfAGain_ColoursOnlyWhatChanceDoesNotExplain(double mean, double sd, int pairs, string expected) =>
        ComparisonFormatter.Tone((mean, sd, pairs)).ShouldBe(expected);
}

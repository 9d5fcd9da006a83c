using Shouldly;
using Xunit;

namespace VitNotebooks.Tests;

public sealed class EditDistanceTests
{
    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("cifar110", "cifar100", 1)]
    [InlineData("CIFAR100", "cifar100", 0)]
    [InlineData("swin", "Swin_T", 2)]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "", 3)]
    [InlineData("", "", 0)]
    public void Between_TwoNames_CountsTheLettersThatDiffer(string a, string b, int expected)
    {
        EditDistance.Between(a, b).ShouldBe(expected);
        EditDistance.Between(b, a).ShouldBe(expected);
    }
}

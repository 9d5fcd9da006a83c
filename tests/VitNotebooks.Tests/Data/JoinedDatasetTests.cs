using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class JoinedDatasetTests
{
    [Fact]
    public void Read_AcrossTheSeam_IsOneBehindTheOther()
    {
        var data = Datasets.Open("shapes").Subset(40, 20).HoldOut(10);
        var joined = new JoinedDataset(data.Train, data.Validation!);
        (joined.Count, joined.Listed).ShouldBe((40, 40));
        joined.Label(29).ShouldBe(data.Train.Label(29));
        joined.Label(30).ShouldBe(data.Validation!.Label(0));
        joined.Read(29).Pixels.ShouldBe(data.Train.Read(29).Pixels);
        joined.Read(39).Pixels.ShouldBe(data.Validation.Read(9).Pixels);
        joined.Source(30).ShouldBe(data.Validation.Source(0));
        joined.Identity.ShouldBe($"{data.Train.Identity} + {data.Validation.Identity}");
        Should.Throw<ArgumentOutOfRangeException>(() => joined.Label(40));
        Should.Throw<ArgumentOutOfRangeException>(() => joined.Label(-1));
    }

    [Fact]
    public void JoinValidation_AfterHoldOut_HasEveryImageAgain()
    {
        var data = Datasets.Open("shapes").Subset(40, 20);
        var joined = data.HoldOut(10).JoinValidation();
        joined.Validation.ShouldBeNull();
        Sources(joined.Train).Order(StringComparer.Ordinal).ShouldBe(Sources(data.Train).Order(StringComparer.Ordinal));
        Should
            .Throw<InvalidOperationException>(() => joined.JoinValidation())
            .Message.ShouldContain("there is no validation split to join");
    }

    [Fact]
    public void Join_OtherClasses_NamesBoth()
    {
        var shapes = Datasets.Open("shapes").Train;
        var other = new EmptySplit("none", ["one"]);
        Should
            .Throw<ArgumentException>(() => new JoinedDataset(shapes, other))
            .Message.ShouldContain("none has other classes than ");
    }

    private static IEnumerable<string> Sources(IImageDataset data) =>
        Enumerable.Range(0, data.Count).Select(data.Source);
}

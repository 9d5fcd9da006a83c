using Shouldly;
using TorchSharp;
using VitNotebooks.Layers;
using VitNotebooks.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Layers;

[Collection(Alone.Name)]
public sealed class DropPathTests
{
    [Fact]
    public void Forward_Training_DropsWholeSamplesAndScalesTheRest()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        using var layer = new DropPath(0.25);
        var sum = layer.call(ones(4000, 2, 3), ones(4000, 2, 3));
        var samples = sum.view(4000, 6);
        samples.Equals(samples.narrow(1, 0, 1).expand(4000, 6)).ShouldBeTrue(); // a sample is kept or dropped as a whole
        var kept = samples.select(1, 0).gt(1).to(float32);
        samples.select(1, 0).Equals(1 + kept / 0.75f).ShouldBeTrue();
        kept.mean().ToSingle().ShouldBe(0.75f, 0.03f);
    }

    [Fact]
    public void Forward_Eval_AddsTheBranch()
    {
        using var scope = NewDisposeScope();
        using var layer = new DropPath(0.9);
        layer.eval();
        layer.call(ones(3, 2), ones(3, 2)).Equals(full(3, 2, 2f)).ShouldBeTrue();
    }

    [Fact]
    public void LinearRule_TwelveBlocks_GoesFromZeroToTheRate()
    {
        var rule = DropPath.LinearRule(0.2, 12);
        rule[0].ShouldBe(0);
        rule[11].ShouldBe(0.2, 1e-12);
        rule[1].ShouldBe(0.2 / 11, 1e-12);
        DropPath.LinearRule(0.2, 1).ShouldBe([0.0]);
    }

    [Fact]
    public void Construction_ProbabilityOne_IsRefused() =>
        Should
            .Throw<ArgumentOutOfRangeException>(() => new DropPath(1))
            .Message.ShouldContain("probability 1 is not in [0, 1)");
}

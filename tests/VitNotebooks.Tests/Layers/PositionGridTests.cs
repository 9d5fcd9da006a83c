using Shouldly;
using TorchSharp;
using VitNotebooks.Layers;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Layers;

public sealed class PositionGridTests
{
    [Fact]
    public void Resample_AnotherSide_KeepsTheClassTokenAndTheMiddleOfTheGrid()
    {
        using var scope = NewDisposeScope();
        var ramp = arange(4, dtype: float32).view(1, 4, 1, 1).expand(1, 4, 4, 3).reshape(1, 16, 3); // grows by row
        var source = cat([full(1, 1, 3, 99f), ramp], dim: 1);
        using var inner = NewDisposeScope();
        var table = PositionGrid.Resample(source, [1, 65, 3], first: 1)!;
        inner.DisposablesCount.ShouldBe(1);
        table.shape.ShouldBe([1, 65, 3]);
        table[0, 0, 2].ToSingle().ShouldBe(99);
        table.select(1, 1 + 8 * 3 + 5).select(1, 0).ToSingle().ShouldBe(1.25f, 0.05f); // row 3 of 8 lies between rows 1 and 2 of 4
        PositionGrid.Resample(source, [1, 17, 3], first: 1)!.allclose(source, atol: 1e-6).ShouldBeTrue();
    }

    [Theory]
    [InlineData(1, 18, 3)]
    [InlineData(1, 65, 4)]
    [InlineData(2, 65, 3)]
    public void Resample_WhatIsNoSquareOfTheWidth_IsNull(int first, int second, int third)
    {
        using var scope = NewDisposeScope();
        PositionGrid.Resample(zeros(1, 17, 3), [first, second, third], first: 1).ShouldBeNull();
    }
}

using Shouldly;
using TorchSharp;
using VitNotebooks.Layers;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Layers;

public sealed class SoftSplitTests
{
    [Theory]
    [InlineData(7, 4, 2)]
    [InlineData(3, 2, 1)]
    [InlineData(3, 1, 1)]
    [InlineData(4, 4, 0)]
    public void Forward_SideOfWholeStrides_GivesATokenAStride(int kernel, int stride, int padding)
    {
        using var scope = NewDisposeScope();
        using var split = new SoftSplit(kernel, stride);
        split.Padding.ShouldBe(padding);
        var map = arange(2 * 3 * 8 * 8, dtype: float32).view(2, 3, 8, 8);
        var tokens = split.call(map);
        var side = 8 / stride;
        tokens.shape.ShouldBe([2, side * side, 3 * kernel * kernel]);
        // The cell in the upper left corner of the last token's square, in the last channel.
        var corner = (side - 1) * stride - padding;
        tokens[1, side * side - 1, 2 * kernel * kernel].ToSingle().ShouldBe(map[1, 2, corner, corner].ToSingle());
    }
}

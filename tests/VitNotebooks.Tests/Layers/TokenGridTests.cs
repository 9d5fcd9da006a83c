using Shouldly;
using TorchSharp;
using VitNotebooks.Layers;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Layers;

public sealed class TokenGridTests
{
    [Fact]
    public void Map_TokensOnBothSides_GivesTheCellsRowByRow()
    {
        using var scope = NewDisposeScope();
        var grid = new TokenGrid(Prefix: 2, Rows: 3, Columns: 4, Suffix: 1, Stride: 8);
        (grid.Cells, grid.Tokens).ShouldBe((12, 15));
        var tokens = arange(2 * 15).view(2, 15);
        var map = grid.Map(tokens);
        map.shape.ShouldBe([2, 3, 4]);
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 4; column++)
            {
                grid.TokenAt(row, column).ShouldBe(2 + 4 * row + column);
                map[1, row, column].ToInt64().ShouldBe(15 + grid.TokenAt(row, column));
            }
        }
    }

    [Theory]
    [InlineData(7, 3, 2)]
    [InlineData(8, 3, 2)]
    [InlineData(9, 5, 4)]
    [InlineData(1, 3, 2)]
    public void Strided_OfASide_IsWhatAConvolutionLeaves(int side, int kernel, int stride)
    {
        using var scope = NewDisposeScope();
        using var convolution = nn.Conv2d(1, 1, kernel, stride: stride, padding: kernel / 2);
        var grid = TokenGrid.Square(side, stride: 4, prefix: 1).Strided(stride);
        convolution.call(zeros(1, 1, side, side)).shape.ShouldBe([1, 1, grid.Rows, grid.Columns]);
        (grid.Prefix, grid.Stride).ShouldBe((1, 4 * stride));
    }

    [Fact]
    public void TokenAt_ACellOutside_NamesTheRange() =>
        Should
            .Throw<ArgumentOutOfRangeException>(() => TokenGrid.Square(8, stride: 4).TokenAt(3, 8))
            .Message.ShouldStartWith(
                "There is no cell (3, 8) on a map of 8 x 8; give a row in 0..7 and a column in 0..7."
            );
}

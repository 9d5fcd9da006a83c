using Shouldly;
using TorchSharp;
using VitNotebooks.Layers;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Tests.Training;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

[Collection(Alone.Name)] // draws from the default generator
public sealed class BlockAttentionTests
{
    private const int Heads = 3;

    [Fact]
    public void MapOfCell_KeysOnACoarserGrid_IsTheRowOfTheCell()
    {
        using var scope = NewDisposeScope();
        var queries = TokenGrid.Square(4, stride: 4, prefix: 1);
        var weights = rand(2, Heads, 17, 5);
        var attention = new BlockAttention("stage2.blocks.0", weights, queries, queries.Strided(2));
        var map = attention.MapOfCell(1, 2);
        map.shape.ShouldBe([2, Heads, 2, 2]);
        for (var key = 0; key < 4; key++)
        {
            map[.., .., key / 2, key % 2].Equals(weights[.., .., 1 + 4 + 2, 1 + key]).ShouldBeTrue();
        }

        attention.MapOfToken(0).flatten(2).Equals(weights[.., .., 0, 1..]).ShouldBeTrue();
    }

    [Theory]
    [InlineData(8, 8, 4, false)]
    [InlineData(8, 8, 4, true)]
    [InlineData(9, 9, 4, true)]
    [InlineData(6, 11, 5, true)]
    [InlineData(3, 3, 7, true)]
    public void MapOfCell_InWindows_HoldsItsWindowsWeightsAndZeros(int rows, int columns, int side, bool shifted)
    {
        using var scope = NewDisposeScope();
        var windows = new ShiftedWindows(rows, columns, side, shifted);
        var (count, cells) = (windows.Rows * windows.Columns, windows.Cells);
        var weights = randn([2, count, Heads, cells, cells]).softmax(-1);
        var grid = new TokenGrid(0, rows, columns, 0, Stride: 4);
        var attention = new BlockAttention("layers.0.blocks.1", weights, grid, windows: windows);

        // Which cell of the map, counted from 1, lies where in which window; padding is 0.
        var numbers = windows.Partition(arange(1, rows * columns + 1, dtype: float32).view(1, rows, columns, 1));
        var placed = numbers.to(int64).data<long>().ToArray();
        var seen = 0;
        for (var place = 0; place < placed.Length; place++)
        {
            if (placed[place] == 0)
            {
                continue;
            }

            seen++;
            var expected = zeros(2, Heads, rows * columns);
            for (var key = 0; key < cells; key++)
            {
                if (placed[place / cells * cells + key] is > 0 and var number)
                {
                    expected[.., .., (int)number - 1] = weights[.., place / cells, .., place % cells, key];
                }
            }

            var query = (int)placed[place] - 1;
            attention
                .MapOfCell(query / columns, query % columns)
                .flatten(2)
                .Equals(expected)
                .ShouldBeTrue($"cell {query}");
        }
        seen.ShouldBe(rows * columns);
    }

    [Fact]
    public void MapOfCell_OfAShiftedSwinBlock_StaysInsideTheWindowOfTheCell()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = VisionModels.Swin().Mini().Build();
        model.eval();
        var attention = model
            .forward_features(randn(1, 3, 32, 32), FeatureRequest.Attention)
            .Attention.Single(a => a.Name == "layers.0.blocks.1");
        var (side, shift) = (attention.Windows!.Side, attention.Windows.Shift);
        (side, shift).ShouldBe((4, 2));
        for (var row = 0; row < 16; row++)
        {
            for (var column = 0; column < 16; column++)
            {
                var map = attention.MapOfCell(row, column);
                for (var head = 0; head < 2; head++)
                {
                    var weights = map[0, head].contiguous().data<float>().ToArray();
                    for (var key = 0; key < 256; key++)
                    {
                        // The first windows end behind the shift; what the roll brings together is masked.
                        var together = Band(row) == Band(key / 16) && Band(column) == Band(key % 16);
                        (weights[key] > 1e-30f).ShouldBe(together, $"({row}, {column}) to ({key / 16}, {key % 16})");
                    }
                    weights.Sum().ShouldBe(1, 1e-5f);
                }
            }
        }

        int Band(int at) => (at - shift + side) / side;
    }

    [Fact]
    public void MapOfToken_InWindows_LiesOnTheWayOfTheGradient()
    {
        using var scope = NewDisposeScope();
        var windows = new ShiftedWindows(4, 4, 2, shifted: true);
        var weights = rand([1, 4, Heads, 4, 4], requires_grad: true);
        var attention = new BlockAttention("b", weights, TokenGrid.Square(4, stride: 4), windows: windows);
        attention.MapOfToken(5).sum().backward();
        weights.grad!.sum().ToSingle().ShouldBe(Heads * 4);
    }

    [Fact]
    public void Construction_WeightsThatDoNotFit_SaysWhatWould()
    {
        using var scope = NewDisposeScope();
        var grid = TokenGrid.Square(4, stride: 4, prefix: 1);
        Should
            .Throw<ArgumentException>(() => new BlockAttention("blocks.0", zeros(1, 2, 19, 19), grid))
            .Message.ShouldBe(
                "blocks.0, queries: 19 tokens are not the 17 of their grid, 1 before 4 x 4 cells and 0 behind; "
                    + "an attention that sees other tokens than its input's says so in attention_grids."
            );
        Should
            .Throw<ArgumentException>(() =>
                new BlockAttention(
                    "layers.0.blocks.0",
                    zeros([1, 2, 3, 4, 4]),
                    TokenGrid.Square(4, stride: 4),
                    windows: new ShiftedWindows(4, 4, 2, shifted: false)
                )
            )
            .Message.ShouldStartWith(
                "layers.0.blocks.0: attention of shape [1, 2, 3, 4, 4] does not fit; expected [B, 4, heads, 4, 4] on a grid of 4 x 4 cells alone."
            );
        Should
            .Throw<ArgumentOutOfRangeException>(() =>
                new BlockAttention("blocks.0", zeros(1, 2, 17, 17), grid).MapOfToken(17)
            )
            .Message.ShouldStartWith("blocks.0: there is no token 17 among 17; give one in 0..16.");
    }
}

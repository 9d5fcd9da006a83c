using VitNotebooks.Layers;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>Tokens and how they lie: the output of a block, on the way of the gradient.</summary>
public sealed record BlockOutput
{
    /// <param name="name">The block, e.g. <c>blocks.3</c> or <c>layers.1.blocks.0</c>.</param>
    /// <param name="tokens">The tokens, <c>[B, N, C]</c>.</param>
    /// <param name="grid">How they lie.</param>
    /// <exception cref="ArgumentException">There are more or fewer tokens than the grid has.</exception>
    public BlockOutput(string name, Tensor tokens, TokenGrid grid)
    {
        grid.Require(name, tokens.shape[1], "give the grid that the block leaves");
        (Name, Tokens, Grid) = (name, tokens, grid);
    }

    /// <summary>The block, e.g. <c>blocks.3</c> or <c>layers.1.blocks.0</c>.</summary>
    public string Name { get; }

    /// <summary><c>[B, N, C]</c>, in the order that <see cref="Grid"/> says.</summary>
    public Tensor Tokens { get; }

    /// <summary>How the tokens lie.</summary>
    public TokenGrid Grid { get; }

    /// <summary>The cells as a map, <c>[B, C, rows, columns]</c>: a strided view, in the scope that is open.</summary>
    public FeatureMap AsMap()
    {
        using var scope = NewDisposeScope();
        return new(Name, Grid.Map(Tokens.transpose(1, 2)).MoveToOuterDisposeScope(), Grid.Stride);
    }
}

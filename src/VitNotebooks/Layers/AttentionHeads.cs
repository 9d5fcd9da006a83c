using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>The way from one projection to the heads of an attention, and back.</summary>
internal static class AttentionHeads
{
    /// <summary>Queries, keys and values of every head, three <c>[B, heads, N, D]</c>: views of what the projection wrote.</summary>
    /// <param name="projected">The three beside each other, <c>[B, N, 3 * heads * D]</c>.</param>
    /// <param name="heads">Number of heads.</param>
    /// <remarks>
    /// The fused kernel reads them as they lie, and wants four axes: with three libtorch keeps the scores. Where there is none, each is copied
    /// when it is multiplied.
    /// </remarks>
    public static (Tensor Queries, Tensor Keys, Tensor Values) Split(Tensor projected, int heads)
    {
        using var scope = NewDisposeScope();
        var (batch, tokens) = (projected.shape[0], projected.shape[1]);
        var parts = projected.view(batch, tokens, 3, heads, -1).permute(2, 0, 3, 1, 4).unbind(0);
        return scope.MoveToOuter(parts[0], parts[1], parts[2]);
    }

    /// <summary>The heads beside each other, <c>[B, N, heads * D]</c>.</summary>
    /// <param name="mixed">What they give, <c>[B, heads, N, D]</c>, or with the first two as one.</param>
    /// <param name="batch">B.</param>
    /// <param name="heads">Number of heads.</param>
    public static Tensor Join(Tensor mixed, long batch, int heads)
    {
        using var scope = NewDisposeScope();
        var tokens = mixed.shape[^2];
        return mixed
            .reshape(batch, heads, tokens, -1)
            .transpose(1, 2)
            .reshape(batch, tokens, -1)
            .MoveToOuterDisposeScope();
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>The weights of an attention that someone looks at, or whose scale is not one over the root of a head's width.</summary>
internal static class ScaledProduct
{
    /// <summary><c>softmax(scale * q k^T)</c>.</summary>
    /// <param name="queries"><c>[B, N, D]</c>; may be strided.</param>
    /// <param name="keys"><c>[B, M, D]</c>; may be strided.</param>
    /// <param name="scale">What the products are multiplied by.</param>
    /// <returns><c>[B, N, M]</c>, rows that sum to 1.</returns>
    public static Tensor Softmax(Tensor queries, Tensor keys, float scale)
    {
        using var scope = NewDisposeScope();
        var across = keys.transpose(1, 2);
        // libtorch 1.13 multiplies products of fewer than 400 terms itself, and there a NaN that lay in the result's memory
        // outlives a beta of 0.
        if (queries.shape[1] * keys.shape[1] * keys.shape[2] < 400)
        {
            return queries.mul(scale).bmm(across).softmax(-1).MoveToOuterDisposeScope();
        }
        // With beta 0 the first operand is not read: the product comes out scaled, in one pass.
        var unread = queries.new_empty(1, 1, 1);
        return unread.baddbmm(queries, across, beta: 0, alpha: scale).softmax(-1).MoveToOuterDisposeScope();
    }
}

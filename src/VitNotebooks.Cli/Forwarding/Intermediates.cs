using VitNotebooks.Layers;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Cli;

/// <summary>The names under which <c>vitnb forward</c> writes what a model computed.</summary>
internal static class Intermediates
{
    /// <summary>The arrays in the order in which they are computed, each of a block with its <see cref="TokenGrid"/>: prefix, rows, columns, suffix and
    /// stride, for an attention those of the queries and those of the keys, and side and shift of its windows.</summary>
    /// <param name="features">What was kept.</param>
    /// <param name="logits"><c>[B, classes]</c>; null for weights without a classifier.</param>
    /// <param name="request">What was asked for; maps come with the blocks.</param>
    public static Dictionary<string, Tensor> Of(Features features, Tensor? logits, FeatureRequest request)
    {
        var arrays = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        if (logits is not null)
        {
            arrays.Add("logits", logits);
        }

        if (request.HasFlag(FeatureRequest.Blocks))
        {
            arrays.Add("final", features.Final);
            if (features.ClassToken is { } classToken)
            {
                arrays.Add("class_token", classToken);
            }

            foreach (var map in features.Maps)
            {
                arrays.Add($"maps.{map.Name}", map.Map);
            }

            foreach (var scale in features.Scales)
            {
                arrays.Add($"scales.{scale.Name}", scale.Map);
            }

            foreach (var block in features.Blocks)
            {
                arrays.Add($"blocks.{block.Name}", block.Tokens);
                arrays.Add($"blocks.{block.Name}.grid", tensor(Numbers(block.Grid)));
            }
        }
        foreach (var attention in features.Attention)
        {
            arrays.Add($"attention.{attention.Name}", attention.Weights);
            long[] grids = [.. Numbers(attention.Queries), .. Numbers(attention.Keys)];
            arrays.Add($"attention.{attention.Name}.grid", tensor(grids, [2, 5]));
            if (attention.Windows is { } windows)
            {
                arrays.Add($"attention.{attention.Name}.windows", tensor(new long[] { windows.Side, windows.Shift }));
            }
        }
        return arrays;
    }

    private static long[] Numbers(TokenGrid grid) => [grid.Prefix, grid.Rows, grid.Columns, grid.Suffix, grid.Stride];
}

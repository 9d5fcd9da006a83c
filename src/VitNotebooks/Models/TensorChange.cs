using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>What is done to a tensor of another library before it is one of ours: axes in another order, two of them taken together, and
/// the place inside a larger tensor.</summary>
/// <param name="Axes">For each axis of ours, the number of theirs, from 0.</param>
public sealed record TensorChange(PerStage Axes)
{
    /// <summary>The axis, after the reordering, that is taken together with the next one, e.g. heads and their widths; null for none.</summary>
    public int? Merge { get; init; }

    /// <summary>Which part of our tensor it is along the first axis, from 0, e.g. the keys of one projection to queries, keys and values.</summary>
    public int Part { get; init; }

    /// <summary>How many such parts our tensor has.</summary>
    public int Parts { get; init; } = 1;

    /// <summary>The shape that comes out for a shape that goes in; null where the tensor has another number of axes.</summary>
    public long[]? ShapeOf(IReadOnlyList<long> shape)
    {
        if (shape.Count != Axes.Count)
        {
            return null;
        }

        List<long> changed = [.. Axes.Select(axis => shape[axis])];
        if (Merge is { } first)
        {
            changed[first] *= changed[first + 1];
            changed.RemoveAt(first + 1);
        }
        return [.. changed];
    }

    /// <summary>The tensor as ours, a view of it where that is possible.</summary>
    /// <param name="source">The tensor of the other library.</param>
    public Tensor Apply(Tensor source)
    {
        using var scope = NewDisposeScope();
        var moved = source.permute([.. Axes.Select(axis => (long)axis)]);
        return moved.reshape(ShapeOf(source.shape)!).MoveToOuterDisposeScope();
    }
}

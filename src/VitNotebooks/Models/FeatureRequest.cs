using VitNotebooks.Layers;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>What <see cref="VisionModel.forward_features"/> keeps beside the maps; each costs the memory of what it keeps.</summary>
[Flags]
public enum FeatureRequest
{
    /// <summary>The maps alone.</summary>
    None = 0,

    /// <summary>The attention of every block: <see cref="Features.Attention"/>.</summary>
    Attention = 1,

    /// <summary>The output of every block: <see cref="Features.Blocks"/>.</summary>
    Blocks = 2,
}

/// <summary>How much each token of a block attends to each other one.</summary>
/// <param name="Name">The block, e.g. <c>blocks.3</c> or <c>layers.1.blocks.0</c>.</param>
/// <param name="Weights">
/// After the softmax, every row sums to 1: <c>[B, heads, N, N]</c>, <c>[B, heads, N, M]</c> where keys are fewer than queries (CvT),
/// or <c>[B, windows, heads, cells, cells]</c> inside windows.
/// They lie on the way of the gradient.
/// </param>
/// <param name="Windows">How the map was cut into windows; null where every token sees every other one.</param>
public sealed record BlockAttention(string Name, Tensor Weights, ShiftedWindows? Windows = null);

/// <summary>The output of a block, on the way of the gradient.</summary>
/// <param name="Name">The block, e.g. <c>blocks.3</c> or <c>layers.1.blocks.0</c>.</param>
/// <param name="Tokens"><c>[B, N, C]</c>: the class token first where there is one, then the cells row by row.</param>
public sealed record BlockOutput(string Name, Tensor Tokens);

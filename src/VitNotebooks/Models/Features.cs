using VitNotebooks.Acceleration;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>A map of a model, channels first.</summary>
/// <param name="Name">Where it comes from, e.g. <c>layers.3</c>.</param>
/// <param name="Map">The map, <c>[B, C, H, W]</c>; it may be a strided view.</param>
/// <param name="Stride">Pixels of the image a cell.</param>
public sealed record FeatureMap(string Name, Tensor Map, int Stride)
{
    /// <summary>Whether the norm behind the last block has been applied; false in a model that has none.</summary>
    public bool IsNormalized { get; init; }
}

/// <summary>
/// What a backbone sees in a batch: its maps, finest first, its class token if it has one, and what its head classifies.
/// Losses, probes and attention maps need nothing else of a model.
/// </summary>
/// <remarks>
/// The tensors belong to the scope that was open when the features were asked for; <see cref="Dispose"/> frees them sooner,
/// <see cref="MoveToOuterDisposeScope"/> carries them one scope further. Both leave the tensors' gradients alone.
/// </remarks>
public sealed class Features : IMoveTensors, IDisposable
{
    /// <param name="maps">The maps, finest first; at least one.</param>
    /// <param name="final">What the head classifies, <c>[B, C]</c>: pooled and normalized.</param>
    /// <param name="classToken">The class token before the final norm, <c>[B, C]</c>; null for a model without one.</param>
    public Features(IReadOnlyList<FeatureMap> maps, Tensor final, Tensor? classToken = null)
    {
        if (maps.Count == 0)
        {
            throw new ArgumentException("Features need at least one map; the model gave none.", nameof(maps));
        }

        (Maps, Final, ClassToken) = (maps, final, classToken);
    }

    /// <summary>The maps, finest first.</summary>
    public IReadOnlyList<FeatureMap> Maps { get; }

    /// <summary>The last map: what the dense relative localization loss takes, where the loss's authors take it. That is behind the final norm in T2T-ViT
    /// and LV-ViT and before it in all others: <see cref="FeatureMap.IsNormalized"/> says so.</summary>
    public FeatureMap Last => Maps[^1];

    /// <summary>What each stage hands to the next, finest first: what a localization loss on all scales takes. The maps, but for Swin, whose stages
    /// end with a merging.</summary>
    public IReadOnlyList<FeatureMap> Scales
    {
        get => _scales ?? Maps;
        init => _scales = value;
    }

    private readonly IReadOnlyList<FeatureMap>? _scales;

    /// <summary>The class token before the final norm, <c>[B, C]</c>; null for a model without one.</summary>
    public Tensor? ClassToken { get; }

    /// <summary>What the head classifies, <c>[B, C]</c>: pooled and normalized.</summary>
    public Tensor Final { get; }

    /// <summary>The attention of every block that can show it, first to last, and that of attention pooling; empty unless asked for, or where a
    /// model has none.</summary>
    public IReadOnlyList<BlockAttention> Attention { get; init; } = [];

    /// <summary>The output of every block, first to last; empty unless asked for, or where a model has no blocks. The map of one of them is its
    /// <see cref="BlockOutput.AsMap"/>.</summary>
    public IReadOnlyList<BlockOutput> Blocks { get; init; } = [];

    /// <summary>Every tensor, once: what a scope hands on, and what <see cref="Dispose"/> frees.</summary>
    public IEnumerable<Tensor> OwnedTensors =>
        Maps.Concat(Scales)
            .Select(map => map.Map)
            .Concat(Attention.Select(attention => attention.Weights))
            .Concat(Blocks.Select(block => block.Tokens))
            .Concat(ClassToken is null ? [Final] : [ClassToken, Final])
            .Distinct<Tensor>(ReferenceEqualityComparer.Instance); // a tensor that moves twice moves two scopes

    /// <summary>Moves every tensor to the scope around the current one.</summary>
    /// <returns>These features.</returns>
    public Features MoveToOuterDisposeScope()
    {
        foreach (var tensor in OwnedTensors)
        {
            tensor.MoveToOuterDisposeScope();
        }

        return this;
    }

    /// <summary>Frees every tensor.</summary>
    public void Dispose()
    {
        foreach (var tensor in OwnedTensors)
        {
            tensor.Dispose();
        }
    }
}

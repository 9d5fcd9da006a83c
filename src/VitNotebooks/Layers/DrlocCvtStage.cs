using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// A stage of vit-pytorch's CvT: a convolution (<c>0</c>), a norm over channels (<c>1</c>) and blocks (<c>2.layers</c>),
/// <c>[B, C, H, W] -> [B, C', H', W']</c>.
/// </summary>
public sealed class DrlocCvtStage : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d _embed;
    private readonly ChannelNorm _norm;
    private readonly PreNormTransformer _transformer;

    /// <param name="embed">Makes the cells of the stage.</param>
    /// <param name="norm">Normalizes them.</param>
    /// <param name="blocks">The blocks, in the order in which they run.</param>
    public DrlocCvtStage(Conv2d embed, ChannelNorm norm, PreNormBlock[] blocks)
        : base(nameof(DrlocCvtStage))
    {
        (_embed, _norm, _transformer) = (embed, norm, new PreNormTransformer(blocks));
        register_module("0", _embed);
        register_module("1", _norm);
        register_module("2", _transformer);
    }

    /// <summary>The blocks, in the order in which they run.</summary>
    public IReadOnlyList<PreNormBlock> Blocks => _transformer.Blocks;

    /// <summary>The map that the blocks start from, <c>[B, C', H', W']</c>.</summary>
    /// <param name="map">The image, or the map of the stage before, <c>[B, C, H, W]</c>.</param>
    public Tensor Embed(Tensor map)
    {
        using var scope = NewDisposeScope();
        return _norm.call(_embed.call(map)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _transformer.call(Embed(input)).MoveToOuterDisposeScope();
    }
}

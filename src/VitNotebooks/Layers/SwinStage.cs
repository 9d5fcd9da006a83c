using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>A stage of Swin: blocks on one map, and the merging that leads to the next, <c>[B, H, W, C] -> [B, H, W, C]</c>.</summary>
/// <remarks>
/// <see cref="forward"/> runs the blocks alone, so that the stage's map can be looked at; <see cref="Downsample"/> is
/// called by the model. The name is Microsoft's: <c>layers.i.downsample</c> belongs to the stage before it.
/// </remarks>
public sealed class SwinStage : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "blocks")]
    private readonly ModuleList<SwinBlock> _blocks;

    [ComponentName(Name = "downsample")]
    private readonly PatchMerging? _downsample;

    /// <param name="blocks">The blocks, unshifted and shifted in turn.</param>
    /// <param name="downsample">The merging behind the stage; null behind the last one.</param>
    public SwinStage(SwinBlock[] blocks, PatchMerging? downsample)
        : base(nameof(SwinStage))
    {
        Blocks = blocks;
        _blocks = nn.ModuleList(blocks);
        _downsample = downsample;
        RegisterComponents();
    }

    /// <summary>The blocks, in the order in which they run.</summary>
    public IReadOnlyList<SwinBlock> Blocks { get; }

    /// <summary>The merging behind the stage; null behind the last one.</summary>
    public PatchMerging? Downsample => _downsample;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var map = input;
        foreach (var block in _blocks)
        {
            var next = block.call(map);
            if (!ReferenceEquals(map, input))
            {
                map.Dispose();
            }

            map = next;
        }
        return map;
    }
}

using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>Blocks of a wide residual network on maps of one size, <c>[B, C, H, W] -> [B, C', H', W']</c>; names as in xternalz/WideResNet-pytorch.</summary>
public sealed class PreActivationStage : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "layer")]
    private readonly ModuleList<PreActivationBlock> _layer;

    /// <param name="blocks">The blocks, first to last.</param>
    public PreActivationStage(PreActivationBlock[] blocks)
        : base(nameof(PreActivationStage))
    {
        Blocks = blocks;
        _layer = nn.ModuleList(blocks);
        RegisterComponents();
    }

    /// <summary>The blocks, in the order in which they run.</summary>
    public IReadOnlyList<PreActivationBlock> Blocks { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var map = input;
        foreach (var block in Blocks)
        {
            map = block.call(map);
        }

        return map.MoveToOuterDisposeScope();
    }
}

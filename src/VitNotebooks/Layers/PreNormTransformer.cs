using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>Blocks one after another under the name <c>layers</c>, as vit-pytorch keeps them.</summary>
public sealed class PreNormTransformer : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "layers")]
    private readonly ModuleList<PreNormBlock> _layers;

    /// <param name="blocks">The blocks, in the order in which they run.</param>
    public PreNormTransformer(PreNormBlock[] blocks)
        : base(nameof(PreNormTransformer))
    {
        Blocks = blocks;
        _layers = nn.ModuleList(blocks);
        RegisterComponents();
    }

    /// <summary>The blocks, in the order in which they run.</summary>
    public IReadOnlyList<PreNormBlock> Blocks { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var output = input;
        foreach (var block in Blocks)
        {
            var next = block.call(output);
            if (!ReferenceEquals(output, input))
            {
                output.Dispose();
            }

            output = next;
        }
        return output;
    }
}

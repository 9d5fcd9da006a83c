using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>A learned factor a channel, <c>[.., C] -> [.., C]</c> (CaiT, arXiv 2103.17239); its parameter is timm's <c>gamma</c>.</summary>
public sealed class LayerScale : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "gamma")]
    private readonly Parameter _gamma;

    /// <param name="embedDim">Channels C.</param>
    /// <param name="start">The value that every factor starts with, e.g. 1e-5.</param>
    public LayerScale(int embedDim, double start)
        : base(nameof(LayerScale))
    {
        _gamma = nn.Parameter(full(embedDim, start));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => input.mul(_gamma);
}

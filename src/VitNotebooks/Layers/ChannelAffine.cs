using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>A learned factor and a learned shift a channel, <c>[B, C, H, W] -> [B, C, H, W]</c> (DHVT, arXiv 2210.05958).</summary>
public sealed class ChannelAffine : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "alpha")]
    private readonly Parameter _alpha;

    [ComponentName(Name = "beta")]
    private readonly Parameter _beta;

    /// <param name="channels">Channels C.</param>
    public ChannelAffine(int channels)
        : base(nameof(ChannelAffine))
    {
        _alpha = nn.Parameter(ones(1, channels, 1, 1));
        _beta = nn.Parameter(zeros(1, channels, 1, 1));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => _beta.addcmul(input, _alpha, 1);
}

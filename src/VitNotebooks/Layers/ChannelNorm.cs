using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// A layer norm over the channels of a map, <c>[B, C, H, W] -> [B, C, H, W]</c>, as vit-pytorch's CvT has it: epsilon is added to the
/// deviation, not to the variance, and <c>g</c> and <c>b</c> are <c>[1, C, 1, 1]</c>.
/// </summary>
public sealed class ChannelNorm : nn.Module<Tensor, Tensor>
{
    private readonly double _epsilon;

    [ComponentName(Name = "g")]
    private readonly Parameter _gain;

    [ComponentName(Name = "b")]
    private readonly Parameter _shift;

    /// <param name="channels">Channels C.</param>
    /// <param name="epsilon">What is added to the deviation.</param>
    public ChannelNorm(int channels, double epsilon = 1e-5)
        : base(nameof(ChannelNorm))
    {
        _epsilon = epsilon;
        _gain = nn.Parameter(ones(1, channels, 1, 1));
        _shift = nn.Parameter(zeros(1, channels, 1, 1));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (deviation, mean) = std_mean(input, 1, unbiased: false, keepdim: true);
        var factor = deviation.add(_epsilon).reciprocal();
        var centred = input.sub(mean);
        return _shift.addcmul(centred.mul(factor), _gain, 1).MoveToOuterDisposeScope();
    }
}

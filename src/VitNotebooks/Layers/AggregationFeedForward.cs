using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// The feed-forward half of DHVT's block, <c>[B, N, C] -> [B, N, C]</c>, the class token first (DAFF, arXiv 2210.05958); names as in
/// ArieSeirack/DHVT.
/// </summary>
/// <remarks>
/// The patch tokens pass as a map: 1x1, depthwise 3x3 and 1x1 convolutions, each with a batch norm, the middle one with a shortcut.
/// The class token passes alone: it is multiplied by a gate (not squashed) that two linear layers make of the map's mean.
/// </remarks>
public sealed class AggregationFeedForward : nn.Module<Tensor, Tensor>
{
    private readonly int _side;

    [ComponentName(Name = "conv1")]
    private readonly Conv2d _conv1;

    [ComponentName(Name = "conv2")]
    private readonly Conv2d _conv2;

    [ComponentName(Name = "conv3")]
    private readonly Conv2d _conv3;

    [ComponentName(Name = "bn1")]
    private readonly BatchNorm2d _bn1;

    [ComponentName(Name = "bn2")]
    private readonly BatchNorm2d _bn2;

    [ComponentName(Name = "bn3")]
    private readonly BatchNorm2d _bn3;

    [ComponentName(Name = "compress")]
    private readonly Linear _compress;

    [ComponentName(Name = "excitation")]
    private readonly Linear _excitation;

    /// <param name="embedDim">Width C of a token; at least 4.</param>
    /// <param name="hiddenDim">Channels between the 1x1 convolutions.</param>
    /// <param name="side">Side of the map: there are side x side + 1 tokens.</param>
    public AggregationFeedForward(int embedDim, int hiddenDim, int side)
        : base(nameof(AggregationFeedForward))
    {
        _side = side;
        _conv1 = nn.Conv2d(embedDim, hiddenDim, 1);
        _conv2 = nn.Conv2d(hiddenDim, hiddenDim, 3, padding: 1, groups: hiddenDim);
        _conv3 = nn.Conv2d(hiddenDim, embedDim, 1);
        _bn1 = nn.BatchNorm2d(hiddenDim);
        _bn2 = nn.BatchNorm2d(hiddenDim);
        _bn3 = nn.BatchNorm2d(embedDim);
        _compress = nn.Linear(embedDim, embedDim / 4);
        _excitation = nn.Linear(embedDim / 4, embedDim);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var map = Convolve(input);
        var gate = _excitation.call(_compress.call(map.mean([2, 3])).gelu()).unsqueeze(1);
        var classToken = input.narrow(1, 0, 1).mul(gate);
        return cat([classToken, map.flatten(2).transpose(1, 2)], dim: 1).MoveToOuterDisposeScope();
    }

    private Tensor Convolve(Tensor input)
    {
        using var scope = NewDisposeScope();
        var map = input
            .narrow(1, 1, _side * _side)
            .transpose(1, 2)
            .reshape(input.shape[0], input.shape[2], _side, _side);
        var wide = Activated(_conv1, _bn1, map);
        map.Dispose();
        var mixed = Activated(_conv2, _bn2, wide);
        mixed.add_(wide); // backward of GELU reads its input, not its output
        wide.Dispose();
        return _bn3.call(_conv3.call(mixed)).MoveToOuterDisposeScope();
    }

    private static Tensor Activated(Conv2d convolution, BatchNorm2d norm, Tensor input)
    {
        using var scope = NewDisposeScope();
        var map = convolution.call(input);
        var normalized = norm.call(map);
        map.Dispose();
        return normalized.gelu().MoveToOuterDisposeScope();
    }
}

using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// A block of MLP-Mixer (arXiv 2105.01601): an MLP along the tokens and one along the channels, each added back,
/// <c>[B, N, C] -> [B, N, C]</c>; names as in timm.
/// </summary>
public sealed class MixerBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "norm1")]
    private readonly LayerNorm _norm1;

    [ComponentName(Name = "mlp_tokens")]
    private readonly Mlp _mlpTokens;

    [ComponentName(Name = "drop_path1")]
    private readonly DropPath _addTokens;

    [ComponentName(Name = "norm2")]
    private readonly LayerNorm _norm2;

    [ComponentName(Name = "mlp_channels")]
    private readonly Mlp _mlpChannels;

    [ComponentName(Name = "drop_path2")]
    private readonly DropPath _addChannels;

    /// <param name="tokens">Number N of tokens, which the weights depend on.</param>
    /// <param name="embedDim">Width C of a token.</param>
    /// <param name="tokensDim">Hidden width of the MLP along the tokens.</param>
    /// <param name="channelsDim">Hidden width of the MLP along the channels.</param>
    /// <param name="dropPath">Chance in [0, 1) that a sample skips a half of the block.</param>
    public MixerBlock(int tokens, int embedDim, int tokensDim, int channelsDim, double dropPath)
        : base(nameof(MixerBlock))
    {
        _norm1 = nn.LayerNorm(embedDim, 1e-6);
        _mlpTokens = new Mlp(tokens, tokensDim);
        _addTokens = new DropPath(dropPath);
        _norm2 = nn.LayerNorm(embedDim, 1e-6);
        _mlpChannels = new Mlp(embedDim, channelsDim);
        _addChannels = new DropPath(dropPath);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var mixed = MixTokens(input);
        var tokens = _addTokens.call(input, mixed);
        mixed.Dispose();
        var change = _mlpChannels.call(_norm2.call(tokens));
        return _addChannels.call(tokens, change).MoveToOuterDisposeScope();
    }

    private Tensor MixTokens(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _mlpTokens.call(_norm1.call(input).transpose(1, 2)).transpose(1, 2).MoveToOuterDisposeScope();
    }
}

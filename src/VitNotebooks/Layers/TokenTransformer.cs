using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// The token transformer of T2T-ViT (arXiv 2101.11986) with plain attention, <c>[B, N, C] -> [B, N, D]</c>; names as in
/// yitu-opensource/T2T-ViT. At 224 pixels the first one attends over 3,136 tokens: 39 MB of weights an image in fp32.
/// </summary>
public sealed class TokenTransformer : nn.Module<Tensor, Tensor>, IShowsAttention
{
    [ComponentName(Name = "norm1")]
    private readonly LayerNorm _norm1;

    [ComponentName(Name = "attn")]
    private readonly TokenAttention _attn;

    [ComponentName(Name = "norm2")]
    private readonly LayerNorm _norm2;

    [ComponentName(Name = "mlp")]
    private readonly Mlp _mlp;

    /// <param name="width">Width C of a token that comes in.</param>
    /// <param name="tokenDim">Width D of a token that goes out, and of the MLP between.</param>
    public TokenTransformer(int width, int tokenDim)
        : base(nameof(TokenTransformer))
    {
        _norm1 = nn.LayerNorm(width);
        _attn = new TokenAttention(width, tokenDim);
        _norm2 = nn.LayerNorm(tokenDim);
        _mlp = new Mlp(tokenDim, tokenDim);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return AddMlp(_attn.call(_norm1.call(input))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public (Tensor Output, Tensor Weights) forward_with_attention(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (attended, weights) = _attn.forward_with_attention(_norm1.call(input));
        return scope.MoveToOuter(AddMlp(attended), weights);
    }

    private Tensor AddMlp(Tensor attended) => attended.add(_mlp.call(_norm2.call(attended)));
}

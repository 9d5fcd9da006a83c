using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// One-headed self attention that changes the width of its tokens, <c>[B, N, C] -> [B, N, D]</c>, with the values as its skip connection
/// (T2T-ViT, arXiv 2101.11986; names as in yitu-opensource/T2T-ViT).
/// </summary>
/// <remarks>As in the authors' code, queries are scaled by <c>C^-1/2</c>, the width of the input, and not by <c>D^-1/2</c>.</remarks>
public sealed class TokenAttention : nn.Module<Tensor, Tensor>
{
    private readonly int _tokenDim;
    private readonly double _rescale;

    [ComponentName(Name = "qkv")]
    private readonly Linear _qkv;

    [ComponentName(Name = "proj")]
    private readonly Linear _proj;

    /// <param name="width">Width C of a token that comes in.</param>
    /// <param name="tokenDim">Width D of a token that goes out.</param>
    public TokenAttention(int width, int tokenDim)
        : base(nameof(TokenAttention))
    {
        _tokenDim = tokenDim;
        _rescale = Math.Sqrt((double)tokenDim / width); // scaled_dot_product_attention brings D^-1/2 itself
        _qkv = nn.Linear(width, 3 * tokenDim, hasBias: false);
        _proj = nn.Linear(tokenDim, tokenDim);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (batch, tokens) = (input.shape[0], input.shape[1]);
        var parts = _qkv.call(input).view(batch, tokens, 3, _tokenDim).permute(2, 0, 1, 3).contiguous().unbind(0);
        var mixed = nn.functional.scaled_dot_product_attention(parts[0].mul(_rescale), parts[1], parts[2]);
        return parts[2].add(_proj.call(mixed)).MoveToOuterDisposeScope();
    }
}

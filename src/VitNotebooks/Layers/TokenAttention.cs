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
public sealed class TokenAttention : nn.Module<Tensor, Tensor>, IShowsAttention
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
    public override Tensor forward(Tensor input) => Run(input, keepWeights: false).Output;

    /// <inheritdoc/>
    /// <remarks>There is one head: the weights are <c>[B, 1, N, N]</c>.</remarks>
    public (Tensor Output, Tensor Weights) forward_with_attention(Tensor input)
    {
        var (output, weights) = Run(input, keepWeights: true);
        return (output, weights!);
    }

    private (Tensor Output, Tensor? Weights) Run(Tensor input, bool keepWeights)
    {
        using var scope = NewDisposeScope();
        var (batch, tokens) = (input.shape[0], input.shape[1]);
        var parts = _qkv.call(input).view(batch, tokens, 3, _tokenDim).permute(2, 0, 1, 3).contiguous().unbind(0);
        var queries = parts[0].mul(_rescale);
        var weights = keepWeights
            ? ScaledProduct.Softmax(queries, parts[1], (float)Math.Pow(_tokenDim, -0.5)).unsqueeze(1)
            : null;
        // What is handed out lies on the way of the gradient.
        var mixed = weights is null
            ? nn.functional.scaled_dot_product_attention(queries, parts[1], parts[2])
            : weights.squeeze(1).bmm(parts[2]);
        return (parts[2].add(_proj.call(mixed)).MoveToOuterDisposeScope(), weights?.MoveToOuterDisposeScope());
    }
}

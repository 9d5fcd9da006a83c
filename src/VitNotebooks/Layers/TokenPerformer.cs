using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// The token transformer of T2T-ViT (arXiv 2101.11986) with attention in linear time, <c>[B, N, C] -> [B, N, D]</c>: the softmax
/// kernel is estimated by positive random features (Performer, arXiv 2009.14794). Names as in yitu-opensource/T2T-ViT.
/// </summary>
/// <remarks>
/// A query q and a key k meet as <c>phi(q) phi(k)</c> with <c>phi(x) = exp(W x - |x|^2 / 2)</c>. W, <c>[D/2, D]</c>, has orthogonal rows
/// of norm sqrt(D/2); it is a parameter that never trains, since the official weights hold it. No matrix of N x N is ever made.
/// </remarks>
public sealed class TokenPerformer : nn.Module<Tensor, Tensor>
{
    // The authors' 1e-8 stands against features that are divided by sqrt(m) each; here that factor is left out on both sides.
    private const double Epsilon = 1e-8;

    private readonly int _tokenDim;

    [ComponentName(Name = "w")]
    private readonly Parameter _features;

    [ComponentName(Name = "kqv")]
    private readonly Linear _kqv;

    [ComponentName(Name = "dp")]
    private readonly Dropout _dropout;

    [ComponentName(Name = "proj")]
    private readonly Linear _proj;

    [ComponentName(Name = "norm1")]
    private readonly LayerNorm _norm1;

    [ComponentName(Name = "norm2")]
    private readonly LayerNorm _norm2;

    [ComponentName(Name = "mlp")]
    private readonly Sequential _mlp;

    /// <param name="width">Width C of a token that comes in.</param>
    /// <param name="tokenDim">Width D of a token that goes out; at least 2.</param>
    /// <param name="dropout">Chance in [0, 1) that a number of either branch is dropped in training; the authors' 0.1.</param>
    public TokenPerformer(int width, int tokenDim, double dropout)
        : base(nameof(TokenPerformer))
    {
        _tokenDim = tokenDim;
        _kqv = nn.Linear(width, 3 * tokenDim);
        _dropout = nn.Dropout(dropout);
        _proj = nn.Linear(tokenDim, tokenDim);
        _norm1 = nn.LayerNorm(width);
        _norm2 = nn.LayerNorm(tokenDim);
        _mlp = nn.Sequential(
            ("0", nn.Linear(tokenDim, tokenDim)),
            ("1", nn.GELU()),
            ("2", nn.Linear(tokenDim, tokenDim)),
            ("3", nn.Dropout(dropout))
        );
        _features = nn.Parameter(Orthogonal(tokenDim / 2, tokenDim), requires_grad: false);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var attended = Attend(input);
        var change = _mlp.call(_norm2.call(attended));
        return attended.add(change).MoveToOuterDisposeScope();
    }

    private Tensor Attend(Tensor input)
    {
        using var scope = NewDisposeScope();
        var kqv = _kqv.call(_norm1.call(input));
        var (batch, tokens) = (kqv.shape[0], kqv.shape[1]);
        var values = kqv.narrow(2, 2 * _tokenDim, _tokenDim); // the skip connection too: the input has another width
        var features = Features(kqv.narrow(2, 0, 2 * _tokenDim).reshape(batch, tokens, 2, _tokenDim));
        var mixed = Mix(features.select(2, 0), features.select(2, 1), values);
        return values.add(_dropout.call(_proj.call(mixed))).MoveToOuterDisposeScope();
    }

    // phi, [.., D] -> [.., m], in the precision of W.
    private Tensor Features(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var wide = tokens.to(_features.dtype);
        var half = wide.square().sum(-1, keepdim: true).mul_(0.5);
        return nn.functional.linear(wide, _features).sub(half).exp_().MoveToOuterDisposeScope();
    }

    // Keys meet values first: [B, m, D], however many tokens there are.
    private Tensor Mix(Tensor keys, Tensor queries, Tensor values)
    {
        using var scope = NewDisposeScope();
        var summary = keys.transpose(1, 2).matmul(values.to(keys.dtype));
        var norm = queries.matmul(keys.sum(1).unsqueeze(2)).add_(Epsilon * (_tokenDim / 2));
        return queries.matmul(summary).div(norm).to(values.dtype).MoveToOuterDisposeScope();
    }

    // The authors draw a matrix, and then the one that is made orthogonal: both, so that a seed gives their weights.
    private static Tensor Orthogonal(int rows, int columns)
    {
        using var scope = NewDisposeScope();
        var matrix = nn.init.orthogonal_(randn(rows, columns)).mul(Math.Sqrt(rows));
        return matrix.MoveToOuterDisposeScope();
    }
}

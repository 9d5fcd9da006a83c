using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// vit-pytorch's transformer block: an attention and an MLP, each behind a norm and added back, on tokens or on maps. Its names are
/// <c>0.norm</c>, <c>0.fn</c>, <c>1.norm</c> and <c>1.fn</c>.
/// </summary>
public sealed class PreNormBlock : nn.Module<Tensor, Tensor>, IShowsAttention
{
    private readonly Branch _attention;
    private readonly Branch _mlp;

    /// <param name="attentionNorm">Norm in front of the attention.</param>
    /// <param name="attention">Mixes tokens or cells and keeps their shape.</param>
    /// <param name="mlpNorm">Norm in front of the MLP.</param>
    /// <param name="mlp">Works on each token or cell.</param>
    public PreNormBlock(
        nn.Module<Tensor, Tensor> attentionNorm,
        nn.Module<Tensor, Tensor> attention,
        nn.Module<Tensor, Tensor> mlpNorm,
        nn.Module<Tensor, Tensor> mlp
    )
        : base(nameof(PreNormBlock))
    {
        (_attention, _mlp) = (new Branch(attentionNorm, attention), new Branch(mlpNorm, mlp));
        register_module("0", _attention);
        register_module("1", _mlp);
    }

    /// <inheritdoc/>
    public bool ShowsAttention => _attention.Function is IShowsAttention { ShowsAttention: true };

    /// <inheritdoc/>
    public (TokenGrid Queries, TokenGrid Keys) attention_grids(TokenGrid tokens) =>
        ((IShowsAttention)_attention.Function).attention_grids(tokens);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return AddMlp(input, _attention.call(input)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public (Tensor Output, Tensor Weights) forward_with_attention(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (change, weights) = _attention.ForwardWithAttention(input);
        return scope.MoveToOuter(AddMlp(input, change), weights);
    }

    private Tensor AddMlp(Tensor input, Tensor change)
    {
        using var scope = NewDisposeScope();
        var attended = input.add(change);
        change.Dispose();
        return attended.add(_mlp.call(attended)).MoveToOuterDisposeScope();
    }

    private sealed class Branch : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "norm")]
        private readonly nn.Module<Tensor, Tensor> _norm;

        [ComponentName(Name = "fn")]
        private readonly nn.Module<Tensor, Tensor> _function;

        public Branch(nn.Module<Tensor, Tensor> norm, nn.Module<Tensor, Tensor> function)
            : base(nameof(Branch))
        {
            (_norm, _function) = (norm, function);
            RegisterComponents();
        }

        public nn.Module<Tensor, Tensor> Function => _function;

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return _function.call(_norm.call(input)).MoveToOuterDisposeScope();
        }

        public (Tensor Output, Tensor Weights) ForwardWithAttention(Tensor input)
        {
            using var scope = NewDisposeScope();
            var (output, weights) = ((IShowsAttention)_function).forward_with_attention(_norm.call(input));
            return scope.MoveToOuter(output, weights);
        }
    }
}

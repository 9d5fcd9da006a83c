using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>A pre-norm transformer block: attention and an MLP, each added back, <c>[B, N, C] -> [B, N, C]</c>; names as in timm.</summary>
public sealed class TransformerBlock : nn.Module<Tensor, Tensor>, ISummarized
{
    /// <summary>The epsilon of ViT's layer norms, in timm as in the original JAX code; Swin's is 1e-5.</summary>
    public const double NormEpsilon = 1e-6;

    [ComponentName(Name = "norm1")]
    private readonly LayerNorm _norm1;

    [ComponentName(Name = "attn")]
    private readonly SelfAttention _attn;

    [ComponentName(Name = "drop_path1")]
    private readonly DropPath _addAttention;

    [ComponentName(Name = "norm2")]
    private readonly LayerNorm _norm2;

    [ComponentName(Name = "mlp")]
    private readonly Mlp _mlp;

    [ComponentName(Name = "drop_path2")]
    private readonly DropPath _addMlp;

    /// <param name="embedDim">Width C of a token.</param>
    /// <param name="numHeads">Heads of the attention; they divide C.</param>
    /// <param name="mlpRatio">Hidden width of the MLP over C.</param>
    /// <param name="qkvBias">Whether queries, keys and values have a bias.</param>
    /// <param name="dropPath">Chance in [0, 1) that a sample skips a half of the block.</param>
    public TransformerBlock(int embedDim, int numHeads, double mlpRatio, bool qkvBias, double dropPath)
        : base(nameof(TransformerBlock))
    {
        _norm1 = nn.LayerNorm(embedDim, NormEpsilon);
        _attn = new SelfAttention(embedDim, numHeads, qkvBias);
        _addAttention = new DropPath(dropPath);
        _norm2 = nn.LayerNorm(embedDim, NormEpsilon);
        _mlp = new Mlp(embedDim, (int)(embedDim * mlpRatio));
        _addMlp = new DropPath(dropPath);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => Run(input, keepWeights: false).Output;

    /// <summary><see cref="forward"/>, and how much each token attends to each other one.</summary>
    /// <param name="input">Tokens, <c>[B, N, C]</c>.</param>
    /// <returns>The output, <c>[B, N, C]</c>, and the weights after the softmax, <c>[B, heads, N, N]</c>.</returns>
    public (Tensor Output, Tensor Weights) forward_with_attention(Tensor input)
    {
        var (output, weights) = Run(input, keepWeights: true);
        return (output, weights!);
    }

    private (Tensor Output, Tensor? Weights) Run(Tensor input, bool keepWeights)
    {
        using var scope = NewDisposeScope();
        var (attention, weights) = Attend(input, keepWeights);
        var attended = _addAttention.call(input, attention);
        attention.Dispose();
        var change = _mlp.call(_norm2.call(attended));
        return (_addMlp.call(attended, change).MoveToOuterDisposeScope(), weights?.MoveToOuterDisposeScope());
    }

    private (Tensor Output, Tensor? Weights) Attend(Tensor input, bool keepWeights)
    {
        using var scope = NewDisposeScope();
        var tokens = _norm1.call(input);
        if (!keepWeights)
            return (_attn.call(tokens).MoveToOuterDisposeScope(), null);
        var (output, weights) = _attn.forward_with_attention(tokens);
        return scope.MoveToOuter(output, weights);
    }

    /// <inheritdoc/>
    public ModelSummary Summarize(string path, IReadOnlyList<long> input) =>
        ModelSummary.Node(
            this,
            path,
            input,
            [
                ModelSummary.Of(_norm1, $"{path}.norm1", input),
                _attn.Summarize($"{path}.attn", input),
                ModelSummary.Of(_norm2, $"{path}.norm2", input),
                _mlp.Summarize($"{path}.mlp", input),
            ]
        );
}

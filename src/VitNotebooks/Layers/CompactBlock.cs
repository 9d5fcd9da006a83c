using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// The block of CCT, CVT and ViT-Lite (arXiv 2104.05704), <c>[B, N, C] -> [B, N, C]</c>; names as in SHI-Labs/Compact-Transformers.
/// </summary>
/// <remarks>
/// Attention is pre-norm; its sum with the input is normalized, and <em>that</em> is what the MLP reads and what its output is
/// added to. The residual path therefore passes a norm in every block.
/// </remarks>
public sealed class CompactBlock : nn.Module<Tensor, Tensor>, IShowsAttention
{
    [ComponentName(Name = "pre_norm")]
    private readonly LayerNorm _preNorm;

    [ComponentName(Name = "self_attn")]
    private readonly SelfAttention _attention;

    [ComponentName(Name = "drop_path1")]
    private readonly DropPath _addAttention;

    [ComponentName(Name = "linear1")]
    private readonly Linear _linear1;

    [ComponentName(Name = "norm1")]
    private readonly LayerNorm _norm1;

    [ComponentName(Name = "linear2")]
    private readonly Linear _linear2;

    [ComponentName(Name = "drop_path2")]
    private readonly DropPath _addMlp;

    /// <param name="embedDim">Width C of a token.</param>
    /// <param name="numHeads">Heads of the attention; they divide C.</param>
    /// <param name="hiddenDim">Hidden width of the MLP.</param>
    /// <param name="attentionDropout">Chance in [0, 1) that an attention weight is dropped in training.</param>
    /// <param name="dropPath">Chance in [0, 1) that a sample skips a half of the block.</param>
    public CompactBlock(int embedDim, int numHeads, int hiddenDim, double attentionDropout, double dropPath)
        : base(nameof(CompactBlock))
    {
        _preNorm = nn.LayerNorm(embedDim);
        _attention = new SelfAttention(embedDim, numHeads, qkvBias: false, dropout: attentionDropout);
        _addAttention = new DropPath(dropPath);
        _linear1 = nn.Linear(embedDim, hiddenDim);
        _norm1 = nn.LayerNorm(embedDim);
        _linear2 = nn.Linear(hiddenDim, embedDim);
        _addMlp = new DropPath(dropPath);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => Run(input, keepWeights: false).Output;

    /// <inheritdoc/>
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
        var tokens = _norm1.call(attended);
        attended.Dispose(); // nothing but the norm reads it
        var hidden = _linear1.call(tokens);
        var active = hidden.gelu();
        hidden.Dispose();
        var change = _linear2.call(active);
        active.Dispose();
        return (_addMlp.call(tokens, change).MoveToOuterDisposeScope(), weights?.MoveToOuterDisposeScope());
    }

    private (Tensor Output, Tensor? Weights) Attend(Tensor input, bool keepWeights)
    {
        using var scope = NewDisposeScope();
        var tokens = _preNorm.call(input);
        if (!keepWeights)
        {
            return (_attention.call(tokens).MoveToOuterDisposeScope(), null);
        }

        var (output, weights) = _attention.forward_with_attention(tokens);
        return scope.MoveToOuter(output, weights);
    }
}

using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>The feed-forward half of a transformer block: <c>fc2(gelu(fc1(x)))</c>, <c>[..., C] -> [..., C]</c>.</summary>
/// <remarks>GELU is the exact one (erf), as in ViT (arXiv 2010.11929) and Swin (arXiv 2103.14030).</remarks>
public sealed class Mlp : nn.Module<Tensor, Tensor>, ISummarized
{
    [ComponentName(Name = "fc1")]
    private readonly Linear _fc1;

    [ComponentName(Name = "fc2")]
    private readonly Linear _fc2;

    /// <param name="embedDim">Width C of the input and of the output.</param>
    /// <param name="hiddenDim">Width between the two linear layers.</param>
    public Mlp(int embedDim, int hiddenDim)
        : base(nameof(Mlp))
    {
        _fc1 = nn.Linear(embedDim, hiddenDim);
        _fc2 = nn.Linear(hiddenDim, embedDim);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = _fc1.call(input);
        if (!hidden.requires_grad) // the widest tensor of the block: once is enough where no gradient needs what went in
            return _fc2.call(hidden.gelu_()).MoveToOuterDisposeScope();
        var active = nn.functional.gelu(hidden);
        hidden.Dispose(); // autograd holds what it needs
        return _fc2.call(active).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public ModelSummary Summarize(string path, IReadOnlyList<long> input)
    {
        var fc1 = ModelSummary.Of(_fc1, $"{path}.fc1", input);
        var fc2 = ModelSummary.Of(_fc2, $"{path}.fc2", fc1.OutputShape);
        return ModelSummary.Node(this, path, fc2.OutputShape, [fc1, fc2]);
    }
}

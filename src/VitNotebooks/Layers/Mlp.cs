using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>What stands between the two linear layers of an MLP.</summary>
public enum MlpActivation
{
    /// <summary>GELU by the error function, as in ViT (arXiv 2010.11929) and Swin (arXiv 2103.14030).</summary>
    Gelu,

    /// <summary>GELU approximated by tanh, as JAX computes it.</summary>
    GeluTanh,
}

/// <summary>The feed-forward half of a transformer block: <c>fc2(gelu(fc1(x)))</c>, <c>[..., C] -> [..., C]</c>.</summary>
public sealed class Mlp : nn.Module<Tensor, Tensor>
{
    private readonly MlpActivation _activation;

    [ComponentName(Name = "fc1")]
    private readonly Linear _fc1;

    [ComponentName(Name = "fc2")]
    private readonly Linear _fc2;

    /// <param name="embedDim">Width C of the input and of the output.</param>
    /// <param name="hiddenDim">Width between the two linear layers.</param>
    /// <param name="activation">What stands between them.</param>
    public Mlp(int embedDim, int hiddenDim, MlpActivation activation = MlpActivation.Gelu)
        : base(nameof(Mlp))
    {
        _activation = activation;
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
            return _fc2.call(_activation == MlpActivation.Gelu ? hidden.gelu_() : hidden.gelu_(GELU.Approximate.tanh))
                .MoveToOuterDisposeScope();
        var active = _activation == MlpActivation.Gelu ? hidden.gelu() : hidden.gelu(GELU.Approximate.tanh);
        hidden.Dispose(); // autograd holds what it needs
        return _fc2.call(active).MoveToOuterDisposeScope();
    }
}

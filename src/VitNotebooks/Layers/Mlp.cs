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

    /// <summary>GELU approximated by <c>x * sigmoid(1.702 x)</c>, as in CvT (arXiv 2103.15808).</summary>
    QuickGelu,
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
        if (!hidden.requires_grad && _activation != MlpActivation.QuickGelu)
        {
            // The widest tensor of the block: once is enough where no gradient needs what went in.
            var inPlace = _activation == MlpActivation.Gelu ? hidden.gelu_() : hidden.gelu_(GELU.Approximate.tanh);
            return _fc2.call(inPlace).MoveToOuterDisposeScope();
        }
        var active = _activation switch
        {
            MlpActivation.Gelu => hidden.gelu(),
            MlpActivation.GeluTanh => hidden.gelu(GELU.Approximate.tanh),
            _ => QuickGelu(hidden),
        };
        hidden.Dispose(); // autograd holds what it needs
        return _fc2.call(active).MoveToOuterDisposeScope();
    }

    // x * sigmoid(a x) = silu(a x) / a: one saved tensor and a backward of one pass between the products, where the formula
    // as it stands saves three.
    private static Tensor QuickGelu(Tensor hidden)
    {
        using var scaled = hidden.mul(1.702);
        return scaled.silu().mul_(1 / 1.702);
    }
}

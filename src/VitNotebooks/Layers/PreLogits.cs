using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>The representation layer between pooling and classifier, <c>tanh(fc(x))</c>, <c>[B, C] -> [B, R]</c>: ViT's when it is
/// pre-trained (arXiv 2010.11929, section 3.1); names as in timm 0.4.12.</summary>
public sealed class PreLogits : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "fc")]
    private readonly Linear _fc;

    /// <param name="embedDim">Width C that comes in.</param>
    /// <param name="representation">Width R that comes out.</param>
    public PreLogits(int embedDim, int representation)
        : base(nameof(PreLogits))
    {
        _fc = nn.Linear(embedDim, representation);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var hidden = _fc.call(input);
        return hidden.tanh();
    }
}

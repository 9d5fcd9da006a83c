using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>What an encoder or decoder layer is made of; a stack makes its copies from it.</summary>
internal sealed record TransformerLayerOptions(
    long Width,
    long Heads,
    long Hidden,
    double Dropout,
    Activations Activation
)
{
    public Tensor Activate(Tensor x) => Activation == Activations.GELU ? functional.gelu(x) : functional.relu(x);
}

using TorchSharp.Modules;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>The starting weights of the transformer families.</summary>
public static class Initialization
{
    /// <summary>Deviation of the truncated normal that ViT and Swin start from.</summary>
    public const double Deviation = 0.02;

    /// <summary>
    /// Sets every linear layer below the module to a normal of deviation 0.02, cut at +-2, with zero bias, and every layer
    /// norm to one and zero. Children come before their parents, in the order in which they were registered.
    /// </summary>
    /// <remarks>Source: <c>_init_weights</c> of microsoft/Swin-Transformer and <c>init_weights_vit_timm</c> of timm.</remarks>
    public static void TruncatedNormal(nn.Module module) => Apply(module, Reset);

    /// <summary>A standard normal cut at two deviations, then scaled, as JAX draws it: what comes out deviates by 0.8796 of the scale.</summary>
    /// <param name="tensor">The tensor to fill.</param>
    /// <param name="std">The scale.</param>
    internal static void CutNormal(Tensor tensor, double std)
    {
        nn.init.trunc_normal_(tensor);
        using var quiet = no_grad();
        tensor.mul_(std);
    }

    /// <summary>Runs an initialization over a module and what is below it, children first, as <c>apply</c> does, but for parts that
    /// their user wrote: those start as their constructors left them.</summary>
    /// <param name="module">The module.</param>
    /// <param name="reset">Sets the weights of one module.</param>
    public static void Apply(nn.Module module, Action<nn.Module> reset)
    {
        if (ModelPart.Made(module))
        {
            return;
        }

        foreach (var (_, child) in module.named_children())
        {
            Apply(child, reset);
        }

        reset(module);
    }

    /// <summary>Sets one module: a linear layer or a layer norm.</summary>
    internal static void Reset(nn.Module module)
    {
        switch (module)
        {
            case Linear linear:
                nn.init.trunc_normal_(linear.weight, std: Deviation);
                if (linear.bias is not null)
                {
                    nn.init.zeros_(linear.bias);
                }

                break;
            case LayerNorm { weight: { } weight, bias: { } bias }:
                nn.init.ones_(weight);
                nn.init.zeros_(bias);
                break;
        }
    }
}

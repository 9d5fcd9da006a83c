using TorchSharp.Modules;
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
    public static void TruncatedNormal(nn.Module module) => module.apply(Reset);

    private static void Reset(nn.Module module)
    {
        switch (module)
        {
            case Linear linear:
                nn.init.trunc_normal_(linear.weight, std: Deviation);
                if (linear.bias is not null)
                    nn.init.zeros_(linear.bias);
                break;
            case LayerNorm norm:
                nn.init.ones_(norm.weight!); // the families' norms have both
                nn.init.zeros_(norm.bias!);
                break;
        }
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Benchmarks;

/// <summary>Lays out images and the weights of convolutions with the channels innermost; shapes stay.</summary>
internal static class ChannelsLast
{
    public static Tensor Of(Tensor images)
    {
        using var scope = NewDisposeScope();
        return images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    public static void Apply(nn.Module module)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var parameter in module.parameters())
        {
            if (parameter.dim() == 4)
            {
                parameter.set_(Of(parameter));
            }
        }
    }
}

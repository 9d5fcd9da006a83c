using static TorchSharp.torch;

namespace VitNotebooks.Acceleration;

/// <summary>What is behind Fused: no kernel, TorchSharp takes none of ours.</summary>
internal static class FusedKernels
{
    public static bool Clip(IReadOnlyList<Tensor> parameters, double maxNorm, Tensor norm) => false;

    public static bool Lerp(IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor> sources, double weight) => false;

    // TorchSharp's lerp_ takes its weight as a tensor of the same dtype; a number keeps its precision.
    public static void LerpPlainly(Tensor target, Tensor source, double weight) =>
        target.add_(source.sub(target), weight);
}

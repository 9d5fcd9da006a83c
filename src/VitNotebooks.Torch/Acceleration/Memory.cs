using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>What this process holds, for tables of cost and for tests that nothing leaks.</summary>
[BeyondTorchSharp]
public static partial class Memory
{
    /// <summary>Tensors alive in managed hands.</summary>
    public static long LiveTensors => torch.Tensor.TotalCount;

    /// <summary>Bytes of large CPU tensors: in use, kept idle for the next ones, and the most that was in use since the last
    /// <see cref="Trim"/>; zeros where libtorch's own allocator is in place.</summary>
    public static (long Live, long Idle, long Peak) LargeTensors =>
        TorchSharp.Native.Libtorch.Instance.Allocator?.Statistics() ?? default;

    /// <summary>Gives idle tensor memory back to the system: after training, before something else needs it.</summary>
    public static void Trim() => TorchSharp.Native.Libtorch.Instance.Allocator?.Trim();
}

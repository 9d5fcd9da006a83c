using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>What this process holds, for tables of cost and for tests that nothing leaks.</summary>
public static partial class Memory
{
    /// <summary>Tensors alive in managed hands.</summary>
    public static long LiveTensors => torch.Tensor.TotalCount;

    /// <summary>Zeros: libtorch's own allocator is in place, and it does not tell.</summary>
    public static (long Live, long Idle, long Peak) LargeTensors => default;

    /// <summary>Nothing to do: libtorch's own allocator keeps no idle CPU memory.</summary>
    public static void Trim() { }
}

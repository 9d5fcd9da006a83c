using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>Switches of the libraries under libtorch that TorchSharp does not have; each belongs to the process.</summary>
/// <remarks>On TorchSharp each answers what libtorch starts with, and a set that would change it throws.</remarks>
/// <exception cref="NotSupportedException">On TorchSharp, when a switch is set to anything but its default.</exception>
[BeyondTorchSharp]
public static partial class Backends
{
    private enum Switch
    {
        CudnnBenchmark,
        CudnnDeterministic,
        CudnnEnabled,
        MkldnnEnabled,
    }

    /// <summary>Whether cuDNN times its algorithms at the first call of a shape and keeps the fastest. For images of one size;
    /// results may differ from run to run. Off by default.</summary>
    public static bool CudnnBenchmark
    {
        get => IsOn(Switch.CudnnBenchmark);
        set => Set(Switch.CudnnBenchmark, value);
    }

    /// <summary>Whether cuDNN takes deterministic algorithms only. Off by default.</summary>
    public static bool CudnnDeterministic
    {
        get => IsOn(Switch.CudnnDeterministic);
        set => Set(Switch.CudnnDeterministic, value);
    }

    /// <summary>Whether cuDNN is used at all. On by default.</summary>
    public static bool CudnnEnabled
    {
        get => IsOn(Switch.CudnnEnabled);
        set => Set(Switch.CudnnEnabled, value);
    }

    /// <summary>Whether oneDNN is used on the CPU: convolutions, and all bfloat16 products. On by default.</summary>
    public static bool MkldnnEnabled
    {
        get => IsOn(Switch.MkldnnEnabled);
        set => Set(Switch.MkldnnEnabled, value);
    }

    private static partial bool IsOn(Switch which);

    private static partial void Set(Switch which, bool value);
}

using TorchSharp;
using TorchSharp.Native;

namespace VitNotebooks.Acceleration;

/// <summary>Switches of the libraries under libtorch that TorchSharp does not have; each belongs to the process.</summary>
[BeyondTorchSharp]
public static class Backends
{
    /// <summary>Whether cuDNN times its algorithms at the first call of a shape and keeps the fastest. For images of one size;
    /// results may differ from run to run.</summary>
    public static bool CudnnBenchmark
    {
        get => Context.IsOn(ContextSwitch.CudnnBenchmark);
        set => Context.Set(ContextSwitch.CudnnBenchmark, value);
    }

    /// <summary>Whether cuDNN takes deterministic algorithms only.</summary>
    public static bool CudnnDeterministic
    {
        get => Context.IsOn(ContextSwitch.CudnnDeterministic);
        set => Context.Set(ContextSwitch.CudnnDeterministic, value);
    }

    /// <summary>Whether cuDNN is used at all.</summary>
    public static bool CudnnEnabled
    {
        get => Context.IsOn(ContextSwitch.CudnnEnabled);
        set => Context.Set(ContextSwitch.CudnnEnabled, value);
    }

    /// <summary>Whether oneDNN is used on the CPU: convolutions, and all bfloat16 products.</summary>
    public static bool MkldnnEnabled
    {
        get => Context.IsOn(ContextSwitch.MkldnnEnabled);
        set => Context.Set(ContextSwitch.MkldnnEnabled, value);
    }
}

using TorchSharp.Native;

namespace VitNotebooks.Acceleration;

public static partial class Backends
{
    private static partial bool IsOn(Switch which) => Context.IsOn(Number(which));

    private static partial void Set(Switch which, bool value) => Context.Set(Number(which), value);

    private static ContextSwitch Number(Switch which) =>
        which switch
        {
            Switch.CudnnBenchmark => ContextSwitch.CudnnBenchmark,
            Switch.CudnnDeterministic => ContextSwitch.CudnnDeterministic,
            Switch.CudnnEnabled => ContextSwitch.CudnnEnabled,
            _ => ContextSwitch.MkldnnEnabled,
        };
}

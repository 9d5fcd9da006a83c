namespace TorchSharp.Native;

/// <summary>A switch of libtorch's global context; numbers as in Native/context.cpp.</summary>
internal enum ContextSwitch
{
    Deterministic,
    DeterministicWarnOnly,
    WarnAlways,
    CudnnEnabled,
    CudnnBenchmark,
    CudnnDeterministic,
    MkldnnEnabled,
    FlashAttention,
    MathAttention,
    MemoryEfficientAttention,
    CudnnTF32,
    MatmulTF32,
    HalfReduction,
    MatmulPrecision,
}

/// <summary>libtorch's global context, the native module <c>context</c>.</summary>
internal static unsafe class Context
{
    private static readonly NativeFeature s_module = new("context");

    public static int Get(ContextSwitch which)
    {
        int value;
        s_module.Check(
            ((delegate* unmanaged<int, int*, int>)s_module.Symbol("vn_context_get"))((int)which, &value),
            which.ToString()
        );
        return value;
    }

    public static bool IsOn(ContextSwitch which) => Get(which) != 0;

    public static void Set(ContextSwitch which, int value) =>
        s_module.Check(
            ((delegate* unmanaged<int, int, int>)s_module.Symbol("vn_context_set"))((int)which, value),
            which.ToString()
        );

    public static void Set(ContextSwitch which, bool value) => Set(which, value ? 1 : 0);

    /// <summary>Sets several switches; disposing the result brings back what was.</summary>
    public static IDisposable Scope(params ReadOnlySpan<(ContextSwitch Which, int Value)> switches)
    {
        var before = new (ContextSwitch Which, int Value)[switches.Length];
        for (var i = 0; i < switches.Length; i++)
        {
            before[i] = (switches[i].Which, Get(switches[i].Which));
        }
        foreach (var (which, value) in switches)
        {
            Set(which, value);
        }
        return new Restored(before);
    }

    private sealed class Restored((ContextSwitch Which, int Value)[] before) : IDisposable
    {
        private int _done;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _done, 1) == 0)
            {
                foreach (var (which, value) in before)
                {
                    Set(which, value);
                }
            }
        }
    }
}

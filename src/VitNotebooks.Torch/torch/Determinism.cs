using TorchSharp.Native;

namespace TorchSharp;

/// <summary>What happens where an operation has no deterministic algorithm.</summary>
public enum DebugMode
{
    /// <summary>Nothing: it runs.</summary>
    @default = 0,

    /// <summary>It runs with a warning, and those that have a deterministic algorithm take it.</summary>
    warn = 1,
}

/// <summary>How exact a float32 matrix product is on hardware that has faster, shorter types.</summary>
public enum Float32MatmulPrecision
{
    highest = 0,
    high = 1,
    medium = 2,
}

// Deterministic algorithms, warnings and the precision of products. Each belongs to the process; disposing what a setter
// returns brings back what was, and whoever does not want that leaves it alone.
public static partial class torch
{
    /// <summary>Every operation takes its deterministic algorithm, and one that has none throws (or warns).</summary>
    /// <remarks>On CUDA, set CUBLAS_WORKSPACE_CONFIG=:4096:8 before the process starts as well.</remarks>
    public static IDisposable use_deterministic_algorithms(bool mode = true, bool warn_only = false) =>
        Context.Scope(
            (ContextSwitch.Deterministic, mode ? 1 : 0),
            (ContextSwitch.DeterministicWarnOnly, warn_only ? 1 : 0)
        );

    public static bool are_deterministic_algorithms_enabled() => Context.IsOn(ContextSwitch.Deterministic);

    public static bool is_deterministic_algorithms_warn_only_enabled() =>
        Context.IsOn(ContextSwitch.DeterministicWarnOnly);

    public static IDisposable set_deterministic_debug_mode(DebugMode mode) =>
        mode switch
        {
            DebugMode.@default => use_deterministic_algorithms(false),
            DebugMode.warn => use_deterministic_algorithms(true, warn_only: true),
            _ => throw new ArgumentOutOfRangeException(
                nameof(mode),
                mode,
                "set_deterministic_debug_mode: expected default or warn; to fail instead, use_deterministic_algorithms(true)."
            ),
        };

    public static DebugMode get_deterministic_debug_mode() =>
        are_deterministic_algorithms_enabled() ? DebugMode.warn : DebugMode.@default;

    /// <summary>Whether a warning of libtorch comes every time and not once.</summary>
    public static IDisposable set_warn_always(bool mode = true) =>
        Context.Scope((ContextSwitch.WarnAlways, mode ? 1 : 0));

    public static bool is_warn_always_enabled() => Context.IsOn(ContextSwitch.WarnAlways);

    public static IDisposable set_float32_matmul_precision(Float32MatmulPrecision precision) =>
        Enum.IsDefined(precision)
            ? Context.Scope((ContextSwitch.MatmulPrecision, (int)precision))
            : throw new ArgumentOutOfRangeException(
                nameof(precision),
                precision,
                "set_float32_matmul_precision: expected highest, high or medium."
            );

    public static Float32MatmulPrecision get_float32_matmul_precision() =>
        (Float32MatmulPrecision)Context.Get(ContextSwitch.MatmulPrecision);
}

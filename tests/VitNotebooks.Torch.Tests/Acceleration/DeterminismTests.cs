using Shouldly;
using TorchSharp;
using TorchSharp.Dispatch;
using VitNotebooks.Acceleration;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.Acceleration;

/// <summary>Switches of the process: set, felt by operations, restored.</summary>
[Collection(Alone.Name)]
public sealed class DeterminismTests
{
    // An operation that has no deterministic algorithm on the CPU either.
    private static unsafe void PutTwice()
    {
        using var scope = NewDisposeScope();
        var (target, places, source) = (zeros(4), tensor(new long[] { 1, 1 }), tensor(new[] { 1f, 2f }));
        var plan = IntPtr.Zero;
        Plans.Make(
            ref plan,
            "aten::put_(Tensor(a!) self, Tensor index, Tensor source, bool accumulate=False) -> Tensor(a!)"
        );
        var arguments = stackalloc[] {
            NativeValue.Of(target),
            NativeValue.Of(places),
            NativeValue.Of(source),
            NativeValue.Of(false),
        };
        NativeValue result;
        Dispatcher.Call(plan, arguments, &result, 1, "put_");
        Dispatcher.Release(result);
    }

    [Fact]
    public void UseDeterministicAlgorithms_OperationWithoutOne_ThrowsUntilDisposed()
    {
        PutTwice();
        using (use_deterministic_algorithms())
        {
            are_deterministic_algorithms_enabled().ShouldBeTrue();
            Should.Throw<TorchException>(PutTwice).Message.ShouldContain("deterministic");
            using (use_deterministic_algorithms(true, warn_only: true))
            {
                is_deterministic_algorithms_warn_only_enabled().ShouldBeTrue();
                get_deterministic_debug_mode().ShouldBe(DebugMode.warn);
                PutTwice();
            }
            is_deterministic_algorithms_warn_only_enabled().ShouldBeFalse();
            Should.Throw<TorchException>(PutTwice);
        }
        are_deterministic_algorithms_enabled().ShouldBeFalse();
        PutTwice();
    }

    [Fact]
    public void DebugModeAndPrecision_SetAndRestored()
    {
        get_deterministic_debug_mode().ShouldBe(DebugMode.@default);
        using (set_deterministic_debug_mode(DebugMode.warn))
        {
            get_deterministic_debug_mode().ShouldBe(DebugMode.warn);
        }
        get_deterministic_debug_mode().ShouldBe(DebugMode.@default);
        Should.Throw<ArgumentOutOfRangeException>(() => set_deterministic_debug_mode((DebugMode)7));
        var before = get_float32_matmul_precision();
        using (set_float32_matmul_precision(Float32MatmulPrecision.medium))
        {
            get_float32_matmul_precision().ShouldBe(Float32MatmulPrecision.medium);
        }
        get_float32_matmul_precision().ShouldBe(before);
        using (set_warn_always())
        {
            is_warn_always_enabled().ShouldBeTrue();
        }
        is_warn_always_enabled().ShouldBeFalse();
    }

    [Fact]
    public void Backends_EverySwitch_GoesBothWays()
    {
        (Func<bool> Get, Action<bool> Set)[] switches =
        [
            (() => Backends.CudnnBenchmark, v => Backends.CudnnBenchmark = v),
            (() => Backends.CudnnDeterministic, v => Backends.CudnnDeterministic = v),
            (() => Backends.CudnnEnabled, v => Backends.CudnnEnabled = v),
            (() => Backends.MkldnnEnabled, v => Backends.MkldnnEnabled = v),
            (() => backends.cudnn.allow_tf32, v => backends.cudnn.allow_tf32 = v),
            (() => backends.cuda.matmul.allow_tf32, v => backends.cuda.matmul.allow_tf32 = v),
            (
                () => backends.cuda.matmul.allow_fp16_reduced_precision_reduction,
                v => backends.cuda.matmul.allow_fp16_reduced_precision_reduction = v
            ),
            (backends.cuda.flash_sdp_enabled, backends.cuda.enable_flash_sdp),
            (backends.cuda.math_sdp_enabled, backends.cuda.enable_math_sdp),
        ];
        foreach (var (get, set) in switches)
        {
            var before = get();
            set(!before);
            get().ShouldBe(!before);
            set(before);
            get().ShouldBe(before);
        }
    }
}

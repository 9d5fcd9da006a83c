using System.Runtime.InteropServices;
using TorchSharp.Dispatch;
using TorchSharp.Native;
using static TorchSharp.torch;

namespace VitNotebooks.Acceleration;

/// <summary>The functions of the native module <c>kernels</c>. Each says whether it did the work: what is not dense on the CPU in
/// float32 or a half precision it leaves untouched, and the caller runs the plain ops.</summary>
internal static unsafe class FusedKernels
{
    private const int NotMine = 2;

    /// <summary>False where the module does not compile here: then every function leaves its work to the plain ops.</summary>
    private static bool Available => Libtorch.KernelsRefusal is null;

    // Its own class, so that a missing module is noticed before a native function is looked up.
    private static class Functions
    {
        internal static readonly delegate* unmanaged<IntPtr> LastError = (delegate* unmanaged<IntPtr>)
            NativeModules.Kernels.Symbol("vn_kernels_last_error");
        internal static readonly delegate* unmanaged<IntPtr*, long, byte*, int> HasGradients = (delegate* unmanaged<
            IntPtr*,
            long,
            byte*,
            int>)
            NativeModules.Kernels.Symbol("vn_has_gradients");
        internal static readonly delegate* unmanaged<
            IntPtr*,
            IntPtr*,
            IntPtr*,
            IntPtr*,
            long*,
            long,
            double,
            double,
            double,
            double,
            double,
            int,
            int,
            int> Adam = (delegate* unmanaged<
            IntPtr*,
            IntPtr*,
            IntPtr*,
            IntPtr*,
            long*,
            long,
            double,
            double,
            double,
            double,
            double,
            int,
            int,
            int>)
            NativeModules.Kernels.Symbol("vn_fused_adam");
        internal static readonly delegate* unmanaged<
            IntPtr*,
            IntPtr*,
            byte*,
            long,
            double,
            double,
            double,
            double,
            int,
            int,
            int> Sgd = (delegate* unmanaged<
            IntPtr*,
            IntPtr*,
            byte*,
            long,
            double,
            double,
            double,
            double,
            int,
            int,
            int>)
            NativeModules.Kernels.Symbol("vn_fused_sgd");
        internal static readonly delegate* unmanaged<IntPtr*, IntPtr*, long, double, int> Lerp = (delegate* unmanaged<
            IntPtr*,
            IntPtr*,
            long,
            double,
            int>)
            NativeModules.Kernels.Symbol("vn_fused_lerp");
        internal static readonly delegate* unmanaged<IntPtr*, long, double, IntPtr, int> Clip = (delegate* unmanaged<
            IntPtr*,
            long,
            double,
            IntPtr,
            int>)
            NativeModules.Kernels.Symbol("vn_fused_clip");
    }

    /// <summary>Whether each parameter has a gradient.</summary>
    public static void HasGradients(IReadOnlyList<Tensor> parameters, Span<byte> has)
    {
        if (!Available)
        {
            for (var i = 0; i < parameters.Count; i++)
            {
                using var grad = parameters[i].grad;
                has[i] = grad is null ? (byte)0 : (byte)1;
            }
            return;
        }
        fixed (IntPtr* p = Handles(parameters))
        fixed (byte* h = has)
        {
            Done(Functions.HasGradients(p, parameters.Count, h));
        }
        GC.KeepAlive(parameters);
    }

    public static bool Adam(
        IReadOnlyList<Tensor> parameters,
        IReadOnlyList<Tensor> means,
        IReadOnlyList<Tensor> squares,
        IReadOnlyList<Tensor>? top,
        ReadOnlySpan<long> steps,
        in AdamNumbers n
    )
    {
        if (!Available)
        {
            return false;
        }
        bool done;
        fixed (IntPtr* p = Handles(parameters))
        fixed (IntPtr* m = Handles(means))
        fixed (IntPtr* v = Handles(squares))
        fixed (IntPtr* t = top is null ? null : Handles(top))
        fixed (long* s = steps)
        {
            done = Done(
                Functions.Adam(
                    p,
                    m,
                    v,
                    t,
                    s,
                    parameters.Count,
                    n.LearningRate,
                    n.Beta1,
                    n.Beta2,
                    n.Eps,
                    n.WeightDecay,
                    n.Decoupled ? 1 : 0,
                    n.Maximize ? 1 : 0
                )
            );
        }
        GC.KeepAlive((parameters, means, squares, top));
        return done;
    }

    public static bool Sgd(
        IReadOnlyList<Tensor> parameters,
        IReadOnlyList<Tensor>? buffers,
        ReadOnlySpan<byte> fresh,
        in SgdNumbers n
    )
    {
        if (!Available)
        {
            return false;
        }
        bool done;
        fixed (IntPtr* p = Handles(parameters))
        fixed (IntPtr* b = buffers is null ? null : Handles(buffers))
        fixed (byte* f = fresh)
        {
            done = Done(
                Functions.Sgd(
                    p,
                    b,
                    f,
                    parameters.Count,
                    n.LearningRate,
                    n.Momentum,
                    n.Dampening,
                    n.WeightDecay,
                    n.Nesterov ? 1 : 0,
                    n.Maximize ? 1 : 0
                )
            );
        }
        GC.KeepAlive((parameters, buffers));
        return done;
    }

    public static bool Lerp(IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor> sources, double weight)
    {
        if (!Available)
        {
            return false;
        }
        bool done;
        fixed (IntPtr* t = Handles(targets))
        fixed (IntPtr* s = Handles(sources))
        {
            done = Done(Functions.Lerp(t, s, targets.Count, weight));
        }
        GC.KeepAlive((targets, sources));
        return done;
    }

    /// <summary>One pair by aten's operation, for what no kernel takes.</summary>
    public static void LerpPlainly(Tensor target, Tensor source, double weight) =>
        Aten.lerp__Scalar(target, source, weight);

    public static bool Clip(IReadOnlyList<Tensor> parameters, double maxNorm, Tensor norm)
    {
        if (!Available)
        {
            return false;
        }
        bool done;
        fixed (IntPtr* p = Handles(parameters))
        {
            done = Done(Functions.Clip(p, parameters.Count, maxNorm, norm.Borrow()));
        }
        GC.KeepAlive((parameters, norm));
        return done;
    }

    private static IntPtr[] Handles(IReadOnlyList<Tensor> tensors)
    {
        // One more, so that an empty list still has an address.
        var handles = new IntPtr[tensors.Count + 1];
        for (var i = 0; i < tensors.Count; i++)
        {
            handles[i] = tensors[i].Borrow();
        }
        return handles;
    }

    private static bool Done(int code)
    {
        TorchSharp.OpThread.Current.LeaveCall();
        return code switch
        {
            0 => true,
            NotMine => false,
            _ => throw new TorchSharp.TorchException(
                $"A kernel of ours failed: {Marshal.PtrToStringUTF8(Functions.LastError())}"
            ),
        };
    }
}

/// <summary>The numbers of one Adam step; <see cref="Decoupled"/> makes it AdamW.</summary>
internal readonly record struct AdamNumbers(
    double LearningRate,
    double Beta1,
    double Beta2,
    double Eps,
    double WeightDecay,
    bool Decoupled,
    bool Maximize
);

/// <summary>The numbers of one SGD step.</summary>
internal readonly record struct SgdNumbers(
    double LearningRate,
    double Momentum,
    double Dampening,
    double WeightDecay,
    bool Nesterov,
    bool Maximize
);

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.Dispatch;
using TorchSharp.Native;

namespace TorchSharp;

/// <summary>What native code calls back, by the handle it keeps: see Native/callbacks.cpp.</summary>
internal interface ICallback
{
    /// <summary>Nothing native refers to it any more.</summary>
    void Released();
}

/// <summary>The functions of the native module <c>callbacks</c>, and those of ours that it calls.</summary>
/// <remarks>
/// Every callback runs in a dispose scope of its own, on whatever thread autograd chose. It lets no exception pass: the exception
/// is kept, and thrown as it is where the outermost call of libtorch returns.
/// </remarks>
internal static unsafe class Callbacks
{
    [StructLayout(LayoutKind.Sequential)]
    private struct Managed
    {
        public delegate* unmanaged<IntPtr, IntPtr, IntPtr**, int*, long> Forward;
        public delegate* unmanaged<IntPtr, IntPtr*, int, IntPtr*, int, long> Backward;
        public delegate* unmanaged<IntPtr, IntPtr, IntPtr*, long> Hook;
        public delegate* unmanaged<IntPtr, long> Recompute;
        public delegate* unmanaged<IntPtr, void> Release;
        public delegate* unmanaged<byte*> Stack;
    }

    private static readonly Lazy<NativeModule> s_module = new(
        () => NativeModule.Load("callbacks", Libtorch.Instance.Location, Libtorch.Instance.Image),
        LazyThreadSafetyMode.ExecutionAndPublication
    );

    /// <summary>Loads the module: without it everything but functions of one's own, hooks, checkpointing and anomaly mode works.</summary>
    /// <exception cref="LibtorchException">It does not compile here; the message says why.</exception>
    public static void Require()
    {
        _ = s_module.Value;
        RuntimeHelpers.RunClassConstructor(typeof(Functions).TypeHandle);
    }

    // Its own class, so that a missing module is a sentence and not a type initializer's exception.
    internal static class Functions
    {
        internal static readonly delegate* unmanaged<IntPtr*, int, IntPtr, IntPtr**, int*, int> Apply =
            (delegate* unmanaged<IntPtr*, int, IntPtr, IntPtr**, int*, int>)Symbol("vn_function_apply");
        internal static readonly delegate* unmanaged<IntPtr, IntPtr*, int, int> Save = (delegate* unmanaged<
            IntPtr,
            IntPtr*,
            int,
            int>)Symbol("vn_context_save");
        internal static readonly delegate* unmanaged<IntPtr, IntPtr**, int*, int> Saved = (delegate* unmanaged<
            IntPtr,
            IntPtr**,
            int*,
            int>)Symbol("vn_context_saved");
        internal static readonly delegate* unmanaged<IntPtr, IntPtr*, int, int> MarkDirty = (delegate* unmanaged<
            IntPtr,
            IntPtr*,
            int,
            int>)Symbol("vn_context_mark_dirty");
        internal static readonly delegate* unmanaged<IntPtr, IntPtr*, int, int> MarkNonDifferentiable =
            (delegate* unmanaged<IntPtr, IntPtr*, int, int>)Symbol("vn_context_mark_non_differentiable");
        internal static readonly delegate* unmanaged<IntPtr, int, void> SetMaterializeGrads = (delegate* unmanaged<
            IntPtr,
            int,
            void>)Symbol("vn_context_set_materialize_grads");
        internal static readonly delegate* unmanaged<IntPtr, IntPtr, uint*, int> RegisterHook = (delegate* unmanaged<
            IntPtr,
            IntPtr,
            uint*,
            int>)Symbol("vn_tensor_register_hook");
        internal static readonly delegate* unmanaged<IntPtr, uint, int> RemoveHook = (delegate* unmanaged<
            IntPtr,
            uint,
            int>)Symbol("vn_tensor_remove_hook");
        internal static readonly delegate* unmanaged<IntPtr, int> CheckpointBegin = (delegate* unmanaged<
            IntPtr,
            int>)Symbol("vn_checkpoint_begin");
        internal static readonly delegate* unmanaged<void> CheckpointEnd = (delegate* unmanaged<void>)Symbol(
            "vn_checkpoint_end"
        );
        internal static readonly delegate* unmanaged<int, int, void> SetAnomaly = (delegate* unmanaged<
            int,
            int,
            void>)Symbol("vn_anomaly_set");
        internal static readonly delegate* unmanaged<byte*> TakeAnomaly = (delegate* unmanaged<byte*>)Symbol(
            "vn_anomaly_take"
        );
        private static readonly delegate* unmanaged<int*, byte*> s_lastError = (delegate* unmanaged<int*, byte*>)Symbol(
            "vn_callbacks_last_error"
        );

        static Functions()
        {
            var managed = new Managed
            {
                Forward = &Forward,
                Backward = &Backward,
                Hook = &Hook,
                Recompute = &Recompute,
                Release = &Release,
                Stack = &ManagedStack,
            };
            ((delegate* unmanaged<Managed*, void>)Symbol("vn_callbacks_install"))(&managed);
        }

        private static IntPtr Symbol(string name) => s_module.Value.Symbol(name);

        /// <summary>As <see cref="Dispatcher.Check"/>, for this module's functions.</summary>
        internal static void Check(int status, string name)
        {
            OpThread.Current.LeaveCall();
            if (status != 0)
            {
                int kind;
                var text = Marshal.PtrToStringUTF8((IntPtr)s_lastError(&kind));
                throw Dispatcher.Failure(kind, text, name);
            }
        }
    }

    /// <summary>A handle that native code owns: it says when it is done with it.</summary>
    public static IntPtr HandleFor(ICallback callback) => GCHandle.ToIntPtr(GCHandle.Alloc(callback));

    private static T Target<T>(IntPtr handle)
        where T : class => (T)GCHandle.FromIntPtr(handle).Target!;

    [UnmanagedCallersOnly]
    private static long Forward(IntPtr state, IntPtr context, IntPtr** outputs, int* count)
    {
        try
        {
            using var scope = torch.NewDisposeScope();
            var results = Target<torch.autograd.AutogradContext>(state).RunForward(context, scope);
            // Freed by the native side with free().
            var array = (IntPtr*)NativeMemory.Alloc((nuint)(results.Count + 1), (nuint)sizeof(IntPtr));
            Retain(results, array);
            *outputs = array;
            *count = results.Count;
            return 0;
        }
        catch (Exception e)
        {
            return ManagedFailures.Keep(e);
        }
    }

    [UnmanagedCallersOnly]
    private static long Backward(IntPtr state, IntPtr* gradients, int n, IntPtr* results, int count)
    {
        try
        {
            using var scope = torch.NewDisposeScope();
            var given = new List<torch.Tensor>(n);
            for (var i = 0; i < n; i++)
            {
                given.Add(gradients[i] == IntPtr.Zero ? null! : torch.Tensor.Adopt(gradients[i]));
            }
            Retain(Target<torch.autograd.AutogradContext>(state).RunBackward(given, count, scope), results);
            return 0;
        }
        catch (Exception e)
        {
            return ManagedFailures.Keep(e);
        }
    }

    [UnmanagedCallersOnly]
    private static long Hook(IntPtr state, IntPtr gradient, IntPtr* result)
    {
        try
        {
            using var scope = torch.NewDisposeScope();
            *result = Target<TensorHook>(state).Run(torch.Tensor.Adopt(gradient)) is { } changed
                ? changed.RetainHandle()
                : IntPtr.Zero;
            return 0;
        }
        catch (Exception e)
        {
            return ManagedFailures.Keep(e);
        }
    }

    [UnmanagedCallersOnly]
    private static long Recompute(IntPtr state)
    {
        try
        {
            using var scope = torch.NewDisposeScope();
            Target<RecomputedCall>(state).Run();
            return 0;
        }
        catch (Exception e)
        {
            return ManagedFailures.Keep(e);
        }
    }

    [UnmanagedCallersOnly]
    private static void Release(IntPtr state)
    {
        try
        {
            var handle = GCHandle.FromIntPtr(state);
            var callback = (ICallback)handle.Target!;
            handle.Free();
            callback.Released();
        }
        catch (Exception e)
        {
            // From a native destructor, through which nothing may be thrown.
            _ = ManagedFailures.Keep(e);
        }
    }

    [UnmanagedCallersOnly]
    private static byte* ManagedStack()
    {
        try
        {
            var text = System.Text.Encoding.UTF8.GetBytes(AnomalyMode.CallStack() + '\0');
            var copy = (byte*)NativeMemory.Alloc((nuint)text.Length);
            text.CopyTo(new Span<byte>(copy, text.Length));
            return copy;
        }
        catch (Exception e) when (e is OutOfMemoryException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void Retain(IReadOnlyList<torch.Tensor?> tensors, IntPtr* target)
    {
        for (var i = 0; i < tensors.Count; i++)
        {
            target[i] = tensors[i]?.RetainHandle() ?? IntPtr.Zero;
        }
    }
}

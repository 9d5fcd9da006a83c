using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp.Native;

namespace TorchSharp.Dispatch;

/// <summary>Calls libtorch's operators, boxed, by schema. The generated <see cref="Aten"/> is what others use.</summary>
internal static unsafe class Dispatcher
{
    private static readonly delegate* unmanaged<IntPtr, NativeValue*, NativeValue*, int, int*, int> s_call =
        (delegate* unmanaged<IntPtr, NativeValue*, NativeValue*, int, int*, int>)NativeModules.Core.Symbol("vn_call");
    private static readonly delegate* unmanaged<IntPtr, void> s_freeArray = (delegate* unmanaged<IntPtr, void>)
        NativeModules.Core.Symbol("vn_free_array");
    private static readonly delegate* unmanaged<int*, byte*> s_lastError = (delegate* unmanaged<int*, byte*>)
        NativeModules.Core.Symbol("vn_last_error");

    /// <summary>One call of a thread that has entered it. Results of kind tensor are owned by the caller.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Call(
        OpThread thread,
        IntPtr plan,
        NativeValue* arguments,
        NativeValue* results,
        int capacity,
        string name
    )
    {
        int count;
        var status = s_call(plan, arguments, results, capacity, &count);
        // Whatever was borrowed for the call, libtorch holds it now itself where it needs it.
        thread.LeaveCall();
        if (status != 0)
        {
            Throw(name);
        }
    }

    /// <summary>One call, ended for the calling thread.</summary>
    public static void Call(IntPtr plan, NativeValue* arguments, NativeValue* results, int capacity, string name) =>
        Call(OpThread.Current, plan, arguments, results, capacity, name);

    public static void FreeArray(IntPtr array) => s_freeArray(array);

    /// <summary>Ends the call that tensors were borrowed for; turns a non-zero status into the typed exception.</summary>
    /// <remarks>An exception of managed code that libtorch called back comes out as it was thrown.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Check(int status, string? name)
    {
        OpThread.Current.LeaveCall();
        if (status != 0)
        {
            Throw(name);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Throw(string? name)
    {
        int kind;
        var text = Marshal.PtrToStringUTF8((IntPtr)s_lastError(&kind));
        throw Failure(kind, text, name);
    }

    /// <summary>The typed exception for a failure that the native side reported: its first sentence, after the operation's name.</summary>
    /// <remarks>An exception of managed code that libtorch called back is thrown here, as it was.</remarks>
    public static TorchException Failure(int kind, string? text, string? name)
    {
        text ??= "unknown failure";
        var stack = AnomalyMode.TakeStack();
        ManagedFailures.RethrowIfNamed(text);
        var line = text.IndexOf('\n', StringComparison.Ordinal);
        var sentence = line > 0 ? text[..line] : text;
        var message = (name is null ? sentence : $"{name}: {sentence}") + stack;
        return kind switch
        {
            2 => new TorchIndexException(message),
            3 => new TorchTypeException(message),
            4 => new TorchNotImplementedException(message),
            5 => new TorchOutOfMemoryException(message),
            _ => new TorchException(message),
        };
    }

    /// <summary>The tensors of a list result; frees the array that carried them.</summary>
    public static torch.Tensor[] TakeList(in NativeValue value)
    {
        if (value.Tag != ValueTag.TensorList)
        {
            return [];
        }
        var handles = (IntPtr*)value.Pointer;
        var tensors = new torch.Tensor[value.Length];
        for (var i = 0; i < tensors.Length; i++)
        {
            tensors[i] = torch.Tensor.Adopt(handles[i]);
        }
        FreeArray(value.Pointer);
        return tensors;
    }

    /// <summary>The tensor of a result; an undefined one has no managed form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static torch.Tensor Take(in NativeValue value, OpThread thread) =>
        value.Tag == ValueTag.Tensor ? torch.Tensor.Adopt(value.Pointer, thread) : null!;

    /// <summary>Drops a result that nobody wants: the second reference to a tensor written in place.</summary>
    public static void Release(in NativeValue value)
    {
        if (value.Tag == ValueTag.Tensor)
        {
            Core.Free(value.Pointer);
        }
    }

    /// <summary>Keeps a list of tensors reachable up to here.</summary>
    public static void KeepAlive(ReadOnlySpan<torch.Tensor?> tensors)
    {
        foreach (var tensor in tensors)
        {
            GC.KeepAlive(tensor);
        }
    }

    /// <summary>Writes the handles of a list of tensors; null becomes no tensor.</summary>
    public static void Handles(ReadOnlySpan<torch.Tensor?> tensors, Span<IntPtr> target)
    {
        for (var i = 0; i < tensors.Length; i++)
        {
            target[i] = tensors[i] is { } tensor ? tensor.Borrow() : IntPtr.Zero;
        }
    }
}

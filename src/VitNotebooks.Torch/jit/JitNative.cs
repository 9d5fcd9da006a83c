using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>The functions of the native module <c>jit</c>.</summary>
internal static unsafe class JitNative
{
    private static readonly Lazy<NativeModule> s_module = new(
        () => NativeModule.Load("jit", Libtorch.Instance.Location, Libtorch.Instance.Image),
        LazyThreadSafetyMode.ExecutionAndPublication
    );

    /// <summary>Loads the module if that has not happened; without it TorchScript alone is missing.</summary>
    /// <exception cref="LibtorchException">It does not compile here; the message says why.</exception>
    public static void Require() => _ = s_module.Value;

    /// <summary>Apart, so that a module that is missing is noticed before a native function is looked up.</summary>
    internal static class Functions
    {
        private static IntPtr Symbol(string name) => s_module.Value.Symbol(name);

        public static readonly delegate* unmanaged<int*, byte*> LastError = (delegate* unmanaged<int*, byte*>)Symbol(
            "vn_jit_last_error"
        );
        public static readonly delegate* unmanaged<byte*, long, int, int, int, IntPtr*, int> Load =
            (delegate* unmanaged<byte*, long, int, int, int, IntPtr*, int>)Symbol("vn_jit_load");
        public static readonly delegate* unmanaged<IntPtr, void> Free = (delegate* unmanaged<IntPtr, void>)Symbol(
            "vn_jit_free"
        );
        public static readonly delegate* unmanaged<IntPtr, byte*, int> Save = (delegate* unmanaged<
            IntPtr,
            byte*,
            int>)Symbol("vn_jit_save");
        public static readonly delegate* unmanaged<IntPtr, int, int> Train = (delegate* unmanaged<
            IntPtr,
            int,
            int>)Symbol("vn_jit_train");
        public static readonly delegate* unmanaged<IntPtr, int*, int> Training = (delegate* unmanaged<
            IntPtr,
            int*,
            int>)Symbol("vn_jit_training");
        public static readonly delegate* unmanaged<IntPtr, int, IntPtr, IntPtr, int> Members = (delegate* unmanaged<
            IntPtr,
            int,
            IntPtr,
            IntPtr,
            int>)Symbol("vn_jit_members");
        public static readonly delegate* unmanaged<IntPtr, IntPtr, IntPtr, int> Name = (delegate* unmanaged<
            IntPtr,
            IntPtr,
            IntPtr,
            int>)Symbol("vn_jit_name");
        public static readonly delegate* unmanaged<IntPtr, byte*, IntPtr, int> SetAttribute = (delegate* unmanaged<
            IntPtr,
            byte*,
            IntPtr,
            int>)Symbol("vn_jit_set_attribute");
        public static readonly delegate* unmanaged<IntPtr, int*, int*, int> Signature = (delegate* unmanaged<
            IntPtr,
            int*,
            int*,
            int>)Symbol("vn_jit_signature");
        public static readonly delegate* unmanaged<IntPtr, byte*, JitValue*, int, JitValue*, int> Invoke =
            (delegate* unmanaged<IntPtr, byte*, JitValue*, int, JitValue*, int>)Symbol("vn_jit_invoke");
        public static readonly delegate* unmanaged<JitValue*, void> FreeValue = (delegate* unmanaged<
            JitValue*,
            void>)Symbol("vn_jit_free_value");
        public static readonly delegate* unmanaged<byte*, IntPtr*, int> Compile = (delegate* unmanaged<
            byte*,
            IntPtr*,
            int>)Symbol("vn_jit_compile");
        public static readonly delegate* unmanaged<IntPtr, void> UnitFree = (delegate* unmanaged<IntPtr, void>)Symbol(
            "vn_jit_unit_free"
        );
        public static readonly delegate* unmanaged<IntPtr, byte*, JitValue*, int, JitValue*, int> UnitInvoke =
            (delegate* unmanaged<IntPtr, byte*, JitValue*, int, JitValue*, int>)Symbol("vn_jit_unit_invoke");
    }

    /// <summary>Turns a non-zero status into the typed exception: libtorch's first sentence after what was tried.</summary>
    public static void Check(int status, string what)
    {
        OpThread.Current.LeaveCall();
        if (status == 0)
        {
            return;
        }
        int kind;
        var text = Marshal.PtrToStringUTF8((IntPtr)Functions.LastError(&kind)) ?? "unknown failure";
        var message = $"{what}: {FirstSentence(text)}";
        throw kind switch
        {
            2 => new TorchIndexException(message),
            3 => new TorchTypeException(message),
            4 => new TorchNotImplementedException(message),
            5 => new TorchOutOfMemoryException(message),
            _ => new TorchException(message),
        };
    }

    /// <summary>A failure inside a script comes with its traceback, whose last line says what happened; others begin with it.</summary>
    private static string FirstSentence(string text)
    {
        const string Raised = "RuntimeError: ";
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.LastOrDefault(l => l.StartsWith(Raised, StringComparison.Ordinal)) is { } raised
                ? raised[Raised.Length..]
            : lines.Length > 0 ? lines[0]
            : text;
    }
}

/// <summary>An owned native object that is freed once nobody holds it.</summary>
internal sealed unsafe class JitHandle : SafeHandle
{
    private readonly delegate* unmanaged<IntPtr, void> _free;

    public JitHandle(IntPtr owned, delegate* unmanaged<IntPtr, void> free)
        : base(IntPtr.Zero, ownsHandle: true)
    {
        _free = free;
        SetHandle(owned);
    }

    public override bool IsInvalid => handle == IntPtr.Zero;

    protected override bool ReleaseHandle()
    {
        _free(handle);
        return true;
    }
}

using System.Runtime.InteropServices;
using TorchSharp.Dispatch;

namespace TorchSharp.Native;

/// <summary>A native module that one feature stands on: loaded at its first use, and where it does not load, that feature
/// alone is missing, with one sentence why.</summary>
/// <remarks>Every such module <c>NAME</c> exports <c>vn_NAME_error</c>, the kind and the text of its last failure on this thread.</remarks>
internal sealed unsafe class NativeFeature(string name)
{
    private readonly Lazy<(NativeModule? Module, string? Refusal)> _state = new(
        () =>
        {
            var loaded = Libtorch.Instance;
            try
            {
                return (NativeModule.Load(name, loaded.Location, loaded.Image), null);
            }
            catch (LibtorchException e)
            {
                return (null, e.Message);
            }
        },
        LazyThreadSafetyMode.ExecutionAndPublication
    );

    /// <summary>Why it is not there, or null.</summary>
    public string? Refusal => _state.Value.Refusal;

    /// <summary>The address of a function.</summary>
    /// <exception cref="LibtorchException">The module is not there; the message says why.</exception>
    public IntPtr Symbol(string symbol) =>
        (_state.Value.Module ?? throw new LibtorchException(Refusal!)).Symbol(symbol);

    /// <summary>Turns a status other than 0 into the typed exception.</summary>
    public void Check(int status, string operation)
    {
        OpThread.Current.LeaveCall();
        if (status != 0)
        {
            int kind;
            var error = (delegate* unmanaged<int*, byte*>)Symbol($"vn_{name}_error");
            var text = Marshal.PtrToStringUTF8((IntPtr)error(&kind));
            throw Dispatcher.Failure(kind, text, operation);
        }
    }

    /// <summary>What a function without arguments returns as text.</summary>
    public string Text(string symbol) => Marshal.PtrToStringUTF8(((delegate* unmanaged<IntPtr>)Symbol(symbol))()) ?? "";
}

using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class jit
    {
        /// <summary>Functions compiled from TorchScript source.</summary>
        public sealed class CompilationUnit : IDisposable
        {
            private readonly JitHandle _native;

            internal CompilationUnit(JitHandle native) => _native = native;

            private unsafe object? Run(string name, object?[] inputs) =>
                JitCall.Run(_native, JitNative.Functions.UnitInvoke, name, inputs);

            /// <summary>Calls a function of the source; values cross as for <see cref="ScriptModule.forward"/>.</summary>
            /// <exception cref="TorchException">There is no such function, the inputs do not fit, or it fails.</exception>
            public object invoke(string name, params object?[] objs) => JitResult.To<object>(Run(name, objs), name);

            /// <summary>Calls a function of the source and gives its result that type.</summary>
            public TResult invoke<TResult>(string name, params object?[] inputs) =>
                JitResult.To<TResult>(Run(name, inputs), name);

            /// <inheritdoc cref="invoke{TResult}(string, object[])"/>
            public TResult invoke<T, TResult>(string name, params T[] inputs) =>
                JitResult.To<TResult>(Run(name, Array.ConvertAll(inputs, i => (object?)i)), name);

            public void Dispose() => _native.Dispose();
        }

        /// <summary>Compiles TorchScript source: functions in the subset of Python that torch.jit.script takes.</summary>
        /// <exception cref="TorchException">The source does not compile.</exception>
        public static unsafe CompilationUnit compile(string script)
        {
            ArgumentNullException.ThrowIfNull(script);
            JitNative.Require();
            IntPtr handle;
            fixed (byte* text = JitCall.Text(script + "\n"))
            {
                JitNative.Check(JitNative.Functions.Compile(text, &handle), "jit.compile");
            }
            return new CompilationUnit(new JitHandle(handle, JitNative.Functions.UnitFree));
        }
    }
}

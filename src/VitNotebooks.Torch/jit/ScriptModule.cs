using System.Runtime.InteropServices;
using TorchSharp.Modules;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class jit
    {
        /// <summary>
        /// A TorchScript program with its tensors. Parameters and buffers are the script's own, so that optimizers, state dicts and moves to another
        /// device work as on any module.
        /// </summary>
        public unsafe class ScriptModule : nn.Module
        {
            private protected JitHandle Native { get; }

            internal ScriptModule(JitHandle native)
                : this(native, new Dictionary<IntPtr, Tensor>()) { }

            // A tensor that two modules of a script share has one wrapper, as one that two modules in C# share.
            private ScriptModule(JitHandle native, Dictionary<IntPtr, Tensor> wrappers)
                : base(NameOf(native))
            {
                Native = native;
                foreach (var (name, _, handle) in Members(0))
                {
                    if (wrappers.TryGetValue(handle, out var known) && known is Parameter shared)
                    {
                        Core.Free(handle);
                        register_parameter(name, shared);
                    }
                    else
                    {
                        var parameter = new Parameter(handle);
                        wrappers[handle] = parameter;
                        register_parameter(name, parameter);
                    }
                }
                foreach (var (name, _, handle) in Members(1).Where(m => m.Member != IntPtr.Zero))
                {
                    if (wrappers.TryGetValue(handle, out var shared))
                    {
                        Core.Free(handle);
                    }
                    else
                    {
                        wrappers[handle] = shared = Tensor.Adopt(handle);
                    }
                    register_buffer(name, shared);
                }
                foreach (var (name, _, handle) in Members(2))
                {
                    register_module(name, new ScriptModule(new JitHandle(handle, JitNative.Functions.Free), wrappers));
                }
            }

            private static string NameOf(JitHandle native)
            {
                var names = new List<string>();
                var context = GCHandle.Alloc(names);
                try
                {
                    JitNative.Check(
                        JitNative.Functions.Name(
                            native.DangerousGetHandle(),
                            GCHandle.ToIntPtr(context),
                            (IntPtr)(delegate* unmanaged<IntPtr, IntPtr, void>)&TakeName
                        ),
                        "jit.load"
                    );
                }
                finally
                {
                    context.Free();
                }
                return names[0];
            }

            [UnmanagedCallersOnly]
            private static void TakeName(IntPtr context, IntPtr name) =>
                ((List<string>)GCHandle.FromIntPtr(context).Target!).Add(Marshal.PtrToStringUTF8(name) ?? "");

            private List<(string Name, string Type, IntPtr Member)> Members(int kind)
            {
                var members = new List<(string, string, IntPtr)>();
                var context = GCHandle.Alloc(members);
                try
                {
                    JitNative.Check(
                        JitNative.Functions.Members(
                            Native.DangerousGetHandle(),
                            kind,
                            GCHandle.ToIntPtr(context),
                            (IntPtr)(delegate* unmanaged<IntPtr, IntPtr, IntPtr, IntPtr, void>)&TakeMember
                        ),
                        GetName()
                    );
                }
                finally
                {
                    context.Free();
                    GC.KeepAlive(this);
                }
                return members;
            }

            [UnmanagedCallersOnly]
            private static void TakeMember(IntPtr context, IntPtr name, IntPtr type, IntPtr member) =>
                ((List<(string, string, IntPtr)>)GCHandle.FromIntPtr(context).Target!).Add(
                    (Marshal.PtrToStringUTF8(name) ?? "", Marshal.PtrToStringUTF8(type) ?? "", member)
                );

            /// <summary>The script's own flag, here and below.</summary>
            public override bool training
            {
                get
                {
                    int on;
                    JitNative.Check(JitNative.Functions.Training(Native.DangerousGetHandle(), &on), "training");
                    GC.KeepAlive(this);
                    return on != 0;
                }
            }

            public override void train(bool on = true)
            {
                base.train(on);
                JitNative.Check(JitNative.Functions.Train(Native.DangerousGetHandle(), on ? 1 : 0), "train");
                GC.KeepAlive(this);
            }

            public override void eval() => train(false);

            /// <summary>All tensors that are attributes: parameters, buffers and plain ones; with those of the modules below.</summary>
            public (string, Tensor)[] named_attributes(bool recurse = true) =>
                [.. Members(recurse ? 3 : 4).Select(m => (m.Name, Tensor.Adopt(m.Member)))];

            /// <summary>Puts a tensor in the place of an attribute of this module (not of one below it).</summary>
            /// <exception cref="TorchException">There is no such attribute, or it is no tensor.</exception>
            public void set_attribute(string name, Tensor buffer)
            {
                ArgumentException.ThrowIfNullOrEmpty(name);
                ArgumentNullException.ThrowIfNull(buffer);
                fixed (byte* text = JitCall.Text(name))
                {
                    JitNative.Check(
                        JitNative.Functions.SetAttribute(Native.DangerousGetHandle(), text, buffer.Borrow()),
                        "set_attribute"
                    );
                }
                GC.KeepAlive(this);
                if (has_parameter(name))
                {
                    ReplaceParameter(name, new Parameter(buffer.RetainHandle()));
                }
                else if (has_buffer(name))
                {
                    ReplaceBuffer(name, Tensor.Adopt(buffer.RetainHandle()));
                }
            }

            /// <summary>How many inputs <c>forward</c> takes, those with defaults among them.</summary>
            public int GetNumberOfInputs() => Signature().Inputs;

            /// <summary>How many results <c>forward</c> declares; a tuple is one.</summary>
            public int GetNumberOfOutputs() => Signature().Outputs;

            private (int Inputs, int Outputs) Signature()
            {
                int inputs,
                    outputs;
                JitNative.Check(
                    JitNative.Functions.Signature(Native.DangerousGetHandle(), &inputs, &outputs),
                    GetName()
                );
                GC.KeepAlive(this);
                return (inputs, outputs);
            }

            private object? Run(string name, object?[] inputs) =>
                JitCall.Run(Native, JitNative.Functions.Invoke, name, inputs);

            /// <summary>Runs <c>forward</c>. Inputs are tensors, numbers, texts, devices, tuples, lists, dictionaries and null; lists come back as
            /// arrays, tuples as value tuples.</summary>
            /// <exception cref="TorchException">The inputs do not fit, or the script fails.</exception>
            public object forward(params object?[] input) => invoke("forward", input);

            /// <inheritdoc cref="forward"/>
            public object call(params object?[] input) => forward(input);

            /// <summary>Runs a method of the script.</summary>
            /// <inheritdoc cref="forward"/>
            public object invoke(string name, params object?[] objs) => JitResult.To<object>(Run(name, objs), name);

            /// <summary>Runs a method of the script and gives its result that type.</summary>
            /// <exception cref="InvalidCastException">The result is of another kind.</exception>
            public TResult invoke<TResult>(string name, params object?[] inputs) =>
                JitResult.To<TResult>(Run(name, inputs), name);

            /// <inheritdoc cref="invoke{TResult}(string, object[])"/>
            public TResult invoke<T, TResult>(string name, params T[] inputs) =>
                JitResult.To<TResult>(Run(name, Array.ConvertAll(inputs, i => (object?)i)), name);

            internal void SaveTo(string path)
            {
                fixed (byte* text = JitCall.Text(path))
                {
                    JitNative.Check(JitNative.Functions.Save(Native.DangerousGetHandle(), text), "jit.save");
                }
                GC.KeepAlive(this);
            }

            protected override void Dispose(bool disposing)
            {
                if (disposing)
                {
                    Native.Dispose();
                }
                base.Dispose(disposing);
            }
        }
    }
}

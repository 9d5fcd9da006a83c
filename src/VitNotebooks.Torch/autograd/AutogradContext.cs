using TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>What a function of one's own keeps between its forward and its backward; one for each call of
        /// <c>apply</c>, alive as long as the graph is.</summary>
        public sealed unsafe class AutogradContext : IDisposable, ICallback
        {
            private readonly IFunction _function;
            private readonly SavedData _data = new();
            private object?[]? _arguments;
            private int[] _tensorAt = [];
            private readonly int _argumentCount;
            private IntPtr _native;
            private bool _materializeGrads = true;

            internal AutogradContext(IFunction function, object?[] arguments)
            {
                _function = function;
                _arguments = arguments;
                _argumentCount = arguments.Length;
            }

            /// <summary>Whether backward gets zeros where nothing flows back, rather than null. True at first.</summary>
            public bool MaterializeGrads => _materializeGrads;

            /// <summary>Sets <see cref="MaterializeGrads"/>; to be called in forward.</summary>
            public void set_materialize_grads(bool value)
            {
                Callbacks.Functions.SetMaterializeGrads(Native, value ? 1 : 0);
                _materializeGrads = value;
            }

            /// <summary>Keeps inputs and outputs for backward, so that double backward sees through them and a later change in place
            /// is noticed. Once, in forward; anything but inputs and outputs belongs in <see cref="save_data"/>.</summary>
            public void save_for_backward(List<Tensor> tensors) =>
                Mark(Callbacks.Functions.Save, tensors, "save_for_backward");

            /// <summary>What <see cref="save_for_backward"/> kept, in its order, as new wrappers in the current scope.</summary>
            /// <exception cref="TorchException">It was changed in place since, or freed by a backward before this one.</exception>
            public List<Tensor> get_saved_variables()
            {
                IntPtr* handles;
                int count;
                Callbacks.Functions.Check(
                    Callbacks.Functions.Saved(Native, &handles, &count),
                    $"{_function.Name}.get_saved_variables"
                );
                return AdoptAll(handles, count);
            }

            /// <summary>These inputs are changed in place by forward, and are among its results.</summary>
            public void mark_dirty(List<Tensor> tensors) => Mark(Callbacks.Functions.MarkDirty, tensors, "mark_dirty");

            /// <summary>These results have no gradient, integers for one.</summary>
            public void mark_non_differentiable(List<Tensor> tensors) =>
                Mark(Callbacks.Functions.MarkNonDifferentiable, tensors, "mark_non_differentiable");

            /// <summary>Keeps anything else for backward. Tensors that forward made, also inside of a list, a tuple or an object, leave its scope and
            /// are freed with the graph; an input, a parameter or anything else that was there before stays its owner's, and is never
            /// freed here.</summary>
            public void save_data(string key, object value) => _data.Save(key, value);

            /// <summary>What <see cref="save_data"/> kept under this key. A tensor whose owner has freed it meanwhile comes as another wrapper
            /// of the same tensor.</summary>
            /// <exception cref="KeyNotFoundException">Nothing was.</exception>
            public object get_data(string key) => _data.Get(key);

            /// <summary>Lets go of what <see cref="save_data"/> kept. Done by itself when the graph is freed.</summary>
            public void Dispose() => _data.Dispose();

            void ICallback.Released()
            {
                _native = IntPtr.Zero;
                Dispose();
            }

            private IntPtr Native =>
                _native != IntPtr.Zero
                    ? _native
                    : throw new InvalidOperationException(
                        $"{_function.Name}: this context is used outside of its function, or after its graph was freed."
                    );

            private void Mark(delegate* unmanaged<IntPtr, IntPtr*, int, int> mark, List<Tensor> tensors, string name)
            {
                ArgumentNullException.ThrowIfNull(tensors);
                var handles = new IntPtr[tensors.Count];
                var native = Native;
                fixed (IntPtr* p = handles)
                {
                    Dispatcher.Handles(tensors.ToArray(), handles);
                    Callbacks.Functions.Check(mark(native, p, handles.Length), $"{_function.Name}.{name}");
                }
                GC.KeepAlive(tensors);
            }

            /// <summary>Runs forward under autograd's eyes.</summary>
            internal List<Tensor> Apply()
            {
                var arguments = _arguments!;
                _tensorAt = [.. Enumerable.Range(0, arguments.Length).Where(i => arguments[i] is Tensor)];
                var inputs = Array.ConvertAll(_tensorAt, i => (Tensor)arguments[i]!);
                var handles = new IntPtr[inputs.Length];
                IntPtr* results;
                int count;
                fixed (IntPtr* p = handles)
                {
                    Dispatcher.Handles(inputs, handles);
                    Callbacks.Functions.Check(
                        Callbacks.Functions.Apply(p, handles.Length, Callbacks.HandleFor(this), &results, &count),
                        _function.Name
                    );
                }
                GC.KeepAlive(inputs);
                return AdoptAll(results, count);
            }

            internal IReadOnlyList<Tensor> RunForward(IntPtr native, DisposeScope scope)
            {
                _native = native;
                using var inside = SavedData.Inside(scope);
                var arguments = _arguments!;
                // The graph must not keep the arguments: what backward needs of them was saved.
                _arguments = null;
                var results =
                    _function.Forward(this, arguments!)
                    ?? throw new InvalidOperationException(
                        $"{_function.Name}.forward returned null; expected tensors."
                    );
                return results.IndexOf(null!) is var at and >= 0
                    ? throw new InvalidOperationException($"{_function.Name}.forward: result {at} is null.")
                    : results;
            }

            /// <returns>A gradient for each tensor among the arguments.</returns>
            internal IReadOnlyList<Tensor?> RunBackward(List<Tensor> gradients, int count, DisposeScope scope)
            {
                using var inside = SavedData.Inside(scope);
                var results = _function.Backward(this, gradients) ?? [];
                // One a tensor is accepted beside one an argument: they differ only where numbers are among the arguments.
                var perTensor = results.Count == count && count != _argumentCount;
                if (results.Count != _argumentCount && !perTensor)
                {
                    throw new InvalidOperationException(
                        $"{_function.Name}.backward returned {results.Count} gradients for {_argumentCount} arguments of apply; "
                            + "return one for each, null where there is none."
                    );
                }
                if (!perTensor)
                {
                    for (var i = 0; i < results.Count; i++)
                    {
                        if (results[i] is not null && Array.IndexOf(_tensorAt, i) < 0)
                        {
                            throw new InvalidOperationException(
                                $"{_function.Name}.backward returned a gradient for argument {i} of apply, which is no tensor; return null there."
                            );
                        }
                    }
                }
                return perTensor ? results : Array.ConvertAll(_tensorAt, i => results[i]);
            }

            private static List<Tensor> AdoptAll(IntPtr* handles, int count)
            {
                var tensors = new List<Tensor>(count);
                for (var i = 0; i < count; i++)
                {
                    tensors.Add(handles[i] == IntPtr.Zero ? null! : Tensor.Adopt(handles[i]));
                }
                Dispatcher.FreeArray((IntPtr)handles);
                return tensors;
            }
        }
    }
}

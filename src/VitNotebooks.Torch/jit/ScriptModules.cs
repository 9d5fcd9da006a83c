using TorchSharp.Native;

namespace TorchSharp;

// Script modules whose inputs and result have types.
public static partial class torch
{
    public static partial class jit
    {
        /// <summary>A script module that calls functions of the user's before and after <c>forward</c>.</summary>
        public class HookableScriptModule<TPreHook, TPostHook> : ScriptModule
        {
            private readonly OrderedDictionary<string, TPreHook> _preHooks = new(StringComparer.Ordinal);
            private readonly OrderedDictionary<string, TPostHook> _postHooks = new(StringComparer.Ordinal);
            private long _nextKey;

            internal HookableScriptModule(JitHandle native)
                : base(native) { }

            private protected IEnumerable<TPreHook> pre_hooks => _preHooks.Values;

            private protected IEnumerable<TPostHook> post_hooks => _postHooks.Values;

            /// <summary>Adds a function that sees the module, its inputs and the result and returns the result to use.</summary>
            public HookRemover register_forward_hook(TPostHook hook)
            {
                ArgumentNullException.ThrowIfNull(hook);
                var key = NextKey();
                _postHooks.Add(key, hook);
                return new HookRemover(this, key);
            }

            /// <summary>Adds a function that sees the module and its inputs before <c>forward</c> and may replace them.</summary>
            public HookRemover register_forward_pre_hook(TPreHook hook)
            {
                ArgumentNullException.ThrowIfNull(hook);
                var key = NextKey();
                _preHooks.Add(key, hook);
                return new HookRemover(this, key);
            }

            private string NextKey() => (_nextKey++).ToString(System.Globalization.CultureInfo.InvariantCulture);

            /// <summary>Takes a hook off again.</summary>
            public class HookRemover
            {
                private readonly HookableScriptModule<TPreHook, TPostHook> _module;
                private readonly string _key;

                public HookRemover(HookableScriptModule<TPreHook, TPostHook> module, string key) =>
                    (_module, _key) = (module, key);

                /// <summary>Takes the hook off; a second call does nothing.</summary>
                public void remove()
                {
                    _module._preHooks.Remove(_key);
                    _module._postHooks.Remove(_key);
                }
            }
        }

        /// <summary>A script module of any number of tensors.</summary>
        public sealed class ScriptModule<TResult> : ScriptModule
        {
            internal ScriptModule(JitHandle native)
                : base(native) { }

            public TResult forward(params Tensor[] tensor) => invoke<Tensor, TResult>("forward", tensor);

            public TResult call(params Tensor[] input) => forward(input);
        }

        /// <summary>A script module of one input.</summary>
        public sealed class ScriptModule<T, TResult>
            : HookableScriptModule<
                Func<ScriptModule<T, TResult>, T, T>,
                Func<ScriptModule<T, TResult>, T, TResult, TResult>
            >
        {
            internal ScriptModule(JitHandle native)
                : base(native) { }

            /// <summary>Runs the script without hooks.</summary>
            public TResult forward(T tensor) => invoke<TResult>("forward", tensor);

            /// <summary>Runs the pre-hooks, the script and the hooks.</summary>
            public TResult call(T input)
            {
                foreach (var hook in pre_hooks)
                {
                    input = hook(this, input) ?? input;
                }
                var result = forward(input);
                foreach (var hook in post_hooks)
                {
                    result = hook(this, input, result);
                }
                return result;
            }
        }

        /// <summary>A script module of two inputs.</summary>
        public sealed class ScriptModule<T1, T2, TResult>
            : HookableScriptModule<
                Func<ScriptModule<T1, T2, TResult>, T1, T2, (T1, T2)?>,
                Func<ScriptModule<T1, T2, TResult>, T1, T2, TResult, TResult>
            >
        {
            internal ScriptModule(JitHandle native)
                : base(native) { }

            /// <summary>Runs the script without hooks.</summary>
            public TResult forward(T1 input1, T2 input2) => invoke<TResult>("forward", input1, input2);

            /// <summary>Runs the pre-hooks, the script and the hooks.</summary>
            public TResult call(T1 input1, T2 input2)
            {
                foreach (var hook in pre_hooks)
                {
                    if (hook(this, input1, input2) is { } changed)
                    {
                        (input1, input2) = changed;
                    }
                }
                var result = forward(input1, input2);
                foreach (var hook in post_hooks)
                {
                    result = hook(this, input1, input2, result);
                }
                return result;
            }
        }
    }
}

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A module that calls functions of the user's before and after <c>forward</c>.</summary>
        public abstract class HookableModule<TPreHook, TPostHook> : Module
            where TPreHook : Delegate
            where TPostHook : Delegate
        {
            private readonly OrderedDictionary<string, TPreHook> _preHooks = new(StringComparer.Ordinal);
            private readonly OrderedDictionary<string, TPostHook> _postHooks = new(StringComparer.Ordinal);
            private long _nextKey;

            protected HookableModule(string name)
                : base(name) { }

            private protected IEnumerable<TPreHook> pre_hooks => _preHooks.Values;

            private protected IEnumerable<TPostHook> post_hooks => _postHooks.Values;

            private protected bool HasHooks => _preHooks.Count + _postHooks.Count > 0;

            /// <summary>Whether <c>forward</c> makes tensors beside its result; a single op does not, and a scope around it is saved.</summary>
            private protected virtual bool NeedsScope => true;

            private protected abstract TPreHook PreHookOf(Action<Module> hook);

            private protected abstract TPostHook PostHookOf(Action<Module> hook);

            /// <summary>
            /// Adds a function that sees the module, its inputs and the result and returns the result to use. What it keeps of the
            /// tensors it must detach from their scope.
            /// </summary>
            public HookRemover register_forward_hook(TPostHook hook)
            {
                ArgumentNullException.ThrowIfNull(hook);
                var key = NextKey();
                _postHooks.Add(key, hook);
                return new HookRemover(this, key);
            }

            public HookRemover register_forward_hook(Action<Module> hook)
            {
                ArgumentNullException.ThrowIfNull(hook);
                return register_forward_hook(PostHookOf(hook));
            }

            /// <summary>Adds a function that sees the module and its inputs before <c>forward</c> and may replace them.</summary>
            public HookRemover register_forward_pre_hook(TPreHook hook)
            {
                ArgumentNullException.ThrowIfNull(hook);
                var key = NextKey();
                _preHooks.Add(key, hook);
                return new HookRemover(this, key);
            }

            public HookRemover register_forward_pre_hook(Action<Module> hook)
            {
                ArgumentNullException.ThrowIfNull(hook);
                return register_forward_pre_hook(PreHookOf(hook));
            }

            private string NextKey() => (_nextKey++).ToString(System.Globalization.CultureInfo.InvariantCulture);

            /// <summary>Takes a hook off again.</summary>
            public sealed class HookRemover
            {
                private readonly HookableModule<TPreHook, TPostHook> _module;
                private readonly string _key;

                public HookRemover(HookableModule<TPreHook, TPostHook> module, string key) =>
                    (_module, _key) = (module, key);

                /// <summary>Takes the hook off; a second call does nothing.</summary>
                public void remove()
                {
                    _module._preHooks.Remove(_key);
                    _module._postHooks.Remove(_key);
                }
            }
        }
    }
}

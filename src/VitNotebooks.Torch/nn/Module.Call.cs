using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What can be called with one input.</summary>
        public interface IModule<T, TResult>
        {
            TResult call(T input1);
        }

        /// <summary>A module whose <c>forward</c> takes one input.</summary>
        public abstract class Module<T, TResult>
            : HookableModule<Func<Module<T, TResult>, T, T>, Func<Module<T, TResult>, T, TResult, TResult>>,
                IModule<T, TResult>
        {
            protected Module(string name)
                : base(name) { }

            /// <summary>What the module computes; called through <see cref="call"/>, which runs hooks and frees intermediates.</summary>
            public abstract TResult forward(T input);

            /// <summary>
            /// Runs the pre-hooks, <see cref="forward"/> and the hooks in a dispose scope of their own; only the tensors of the result
            /// leave it. A tensor that <see cref="forward"/> keeps elsewhere must be detached from its scope.
            /// </summary>
            public TResult call(T input)
            {
                if (!NeedsScope && !HasHooks)
                {
                    return forward(input);
                }
                using var scope = NewDisposeScope();
                foreach (var hook in pre_hooks)
                {
                    input = hook(this, input);
                }
                var result = forward(input);
                foreach (var hook in post_hooks)
                {
                    result = hook(this, input, result);
                }
                return CallScope.Leave(scope, result);
            }

            private protected override Func<Module<T, TResult>, T, T> PreHookOf(Action<Module> hook) =>
                (module, input) =>
                {
                    hook(module);
                    return input;
                };

            private protected override Func<Module<T, TResult>, T, TResult, TResult> PostHookOf(Action<Module> hook) =>
                (module, a0, result) =>
                {
                    hook(module);
                    return result;
                };
        }

        /// <summary>What can be called with two inputs.</summary>
        public interface IModule<T1, T2, TResult>
        {
            TResult call(T1 input1, T2 input2);
        }

        /// <summary>A module whose <c>forward</c> takes two inputs.</summary>
        public abstract class Module<T1, T2, TResult>
            : HookableModule<
                Func<Module<T1, T2, TResult>, T1, T2, (T1, T2)?>,
                Func<Module<T1, T2, TResult>, T1, T2, TResult, TResult>
            >,
                IModule<T1, T2, TResult>
        {
            protected Module(string name)
                : base(name) { }

            /// <summary>What the module computes; called through <see cref="call"/>, which runs hooks and frees intermediates.</summary>
            public abstract TResult forward(T1 input1, T2 input2);

            /// <summary>
            /// Runs the pre-hooks, <see cref="forward"/> and the hooks in a dispose scope of their own; only the tensors of the result
            /// leave it. A tensor that <see cref="forward"/> keeps elsewhere must be detached from its scope.
            /// </summary>
            public TResult call(T1 input1, T2 input2)
            {
                if (!NeedsScope && !HasHooks)
                {
                    return forward(input1, input2);
                }
                using var scope = NewDisposeScope();
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
                return CallScope.Leave(scope, result);
            }

            private protected override Func<Module<T1, T2, TResult>, T1, T2, (T1, T2)?> PreHookOf(
                Action<Module> hook
            ) =>
                (module, a0, a1) =>
                {
                    hook(module);
                    return null;
                };

            private protected override Func<Module<T1, T2, TResult>, T1, T2, TResult, TResult> PostHookOf(
                Action<Module> hook
            ) =>
                (module, a0, a1, result) =>
                {
                    hook(module);
                    return result;
                };
        }

        /// <summary>What can be called with three inputs.</summary>
        public interface IModule<T1, T2, T3, TResult>
        {
            TResult call(T1 input1, T2 input2, T3 input3);
        }

        /// <summary>A module whose <c>forward</c> takes three inputs.</summary>
        public abstract class Module<T1, T2, T3, TResult>
            : HookableModule<
                Func<Module<T1, T2, T3, TResult>, T1, T2, T3, (T1, T2, T3)?>,
                Func<Module<T1, T2, T3, TResult>, T1, T2, T3, TResult, TResult>
            >,
                IModule<T1, T2, T3, TResult>
        {
            protected Module(string name)
                : base(name) { }

            /// <summary>What the module computes; called through <see cref="call"/>, which runs hooks and frees intermediates.</summary>
            public abstract TResult forward(T1 input1, T2 input2, T3 input3);

            /// <summary>
            /// Runs the pre-hooks, <see cref="forward"/> and the hooks in a dispose scope of their own; only the tensors of the result
            /// leave it. A tensor that <see cref="forward"/> keeps elsewhere must be detached from its scope.
            /// </summary>
            public TResult call(T1 input1, T2 input2, T3 input3)
            {
                if (!NeedsScope && !HasHooks)
                {
                    return forward(input1, input2, input3);
                }
                using var scope = NewDisposeScope();
                foreach (var hook in pre_hooks)
                {
                    if (hook(this, input1, input2, input3) is { } changed)
                    {
                        (input1, input2, input3) = changed;
                    }
                }
                var result = forward(input1, input2, input3);
                foreach (var hook in post_hooks)
                {
                    result = hook(this, input1, input2, input3, result);
                }
                return CallScope.Leave(scope, result);
            }

            private protected override Func<Module<T1, T2, T3, TResult>, T1, T2, T3, (T1, T2, T3)?> PreHookOf(
                Action<Module> hook
            ) =>
                (module, a0, a1, a2) =>
                {
                    hook(module);
                    return null;
                };

            private protected override Func<Module<T1, T2, T3, TResult>, T1, T2, T3, TResult, TResult> PostHookOf(
                Action<Module> hook
            ) =>
                (module, a0, a1, a2, result) =>
                {
                    hook(module);
                    return result;
                };
        }

        /// <summary>What can be called with four inputs.</summary>
        public interface IModule<T1, T2, T3, T4, TResult>
        {
            TResult call(T1 input1, T2 input2, T3 input3, T4 input4);
        }

        /// <summary>A module whose <c>forward</c> takes four inputs.</summary>
        public abstract class Module<T1, T2, T3, T4, TResult>
            : HookableModule<
                Func<Module<T1, T2, T3, T4, TResult>, T1, T2, T3, T4, (T1, T2, T3, T4)?>,
                Func<Module<T1, T2, T3, T4, TResult>, T1, T2, T3, T4, TResult, TResult>
            >,
                IModule<T1, T2, T3, T4, TResult>
        {
            protected Module(string name)
                : base(name) { }

            /// <summary>What the module computes; called through <see cref="call"/>, which runs hooks and frees intermediates.</summary>
            public abstract TResult forward(T1 input1, T2 input2, T3 input3, T4 input4);

            /// <summary>
            /// Runs the pre-hooks, <see cref="forward"/> and the hooks in a dispose scope of their own; only the tensors of the result
            /// leave it. A tensor that <see cref="forward"/> keeps elsewhere must be detached from its scope.
            /// </summary>
            public TResult call(T1 input1, T2 input2, T3 input3, T4 input4)
            {
                if (!NeedsScope && !HasHooks)
                {
                    return forward(input1, input2, input3, input4);
                }
                using var scope = NewDisposeScope();
                foreach (var hook in pre_hooks)
                {
                    if (hook(this, input1, input2, input3, input4) is { } changed)
                    {
                        (input1, input2, input3, input4) = changed;
                    }
                }
                var result = forward(input1, input2, input3, input4);
                foreach (var hook in post_hooks)
                {
                    result = hook(this, input1, input2, input3, input4, result);
                }
                return CallScope.Leave(scope, result);
            }

            private protected override Func<
                Module<T1, T2, T3, T4, TResult>,
                T1,
                T2,
                T3,
                T4,
                (T1, T2, T3, T4)?
            > PreHookOf(Action<Module> hook) =>
                (module, a0, a1, a2, a3) =>
                {
                    hook(module);
                    return null;
                };

            private protected override Func<
                Module<T1, T2, T3, T4, TResult>,
                T1,
                T2,
                T3,
                T4,
                TResult,
                TResult
            > PostHookOf(Action<Module> hook) =>
                (module, a0, a1, a2, a3, result) =>
                {
                    hook(module);
                    return result;
                };
        }

        /// <summary>What can be called with five inputs.</summary>
        public interface IModule<T1, T2, T3, T4, T5, TResult>
        {
            TResult call(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5);
        }

        /// <summary>A module whose <c>forward</c> takes five inputs.</summary>
        public abstract class Module<T1, T2, T3, T4, T5, TResult>
            : HookableModule<
                Func<Module<T1, T2, T3, T4, T5, TResult>, T1, T2, T3, T4, T5, (T1, T2, T3, T4, T5)?>,
                Func<Module<T1, T2, T3, T4, T5, TResult>, T1, T2, T3, T4, T5, TResult, TResult>
            >,
                IModule<T1, T2, T3, T4, T5, TResult>
        {
            protected Module(string name)
                : base(name) { }

            /// <summary>What the module computes; called through <see cref="call"/>, which runs hooks and frees intermediates.</summary>
            public abstract TResult forward(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5);

            /// <summary>
            /// Runs the pre-hooks, <see cref="forward"/> and the hooks in a dispose scope of their own; only the tensors of the result
            /// leave it. A tensor that <see cref="forward"/> keeps elsewhere must be detached from its scope.
            /// </summary>
            public TResult call(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5)
            {
                if (!NeedsScope && !HasHooks)
                {
                    return forward(input1, input2, input3, input4, input5);
                }
                using var scope = NewDisposeScope();
                foreach (var hook in pre_hooks)
                {
                    if (hook(this, input1, input2, input3, input4, input5) is { } changed)
                    {
                        (input1, input2, input3, input4, input5) = changed;
                    }
                }
                var result = forward(input1, input2, input3, input4, input5);
                foreach (var hook in post_hooks)
                {
                    result = hook(this, input1, input2, input3, input4, input5, result);
                }
                return CallScope.Leave(scope, result);
            }

            private protected override Func<
                Module<T1, T2, T3, T4, T5, TResult>,
                T1,
                T2,
                T3,
                T4,
                T5,
                (T1, T2, T3, T4, T5)?
            > PreHookOf(Action<Module> hook) =>
                (module, a0, a1, a2, a3, a4) =>
                {
                    hook(module);
                    return null;
                };

            private protected override Func<
                Module<T1, T2, T3, T4, T5, TResult>,
                T1,
                T2,
                T3,
                T4,
                T5,
                TResult,
                TResult
            > PostHookOf(Action<Module> hook) =>
                (module, a0, a1, a2, a3, a4, result) =>
                {
                    hook(module);
                    return result;
                };
        }

        /// <summary>What can be called with six inputs.</summary>
        public interface IModule<T1, T2, T3, T4, T5, T6, TResult>
        {
            TResult call(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5, T6 input6);
        }

        /// <summary>A module whose <c>forward</c> takes six inputs.</summary>
        public abstract class Module<T1, T2, T3, T4, T5, T6, TResult>
            : HookableModule<
                Func<Module<T1, T2, T3, T4, T5, T6, TResult>, T1, T2, T3, T4, T5, T6, (T1, T2, T3, T4, T5, T6)?>,
                Func<Module<T1, T2, T3, T4, T5, T6, TResult>, T1, T2, T3, T4, T5, T6, TResult, TResult>
            >,
                IModule<T1, T2, T3, T4, T5, T6, TResult>
        {
            protected Module(string name)
                : base(name) { }

            /// <summary>What the module computes; called through <see cref="call"/>, which runs hooks and frees intermediates.</summary>
            public abstract TResult forward(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5, T6 input6);

            /// <summary>
            /// Runs the pre-hooks, <see cref="forward"/> and the hooks in a dispose scope of their own; only the tensors of the result
            /// leave it. A tensor that <see cref="forward"/> keeps elsewhere must be detached from its scope.
            /// </summary>
            public TResult call(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5, T6 input6)
            {
                if (!NeedsScope && !HasHooks)
                {
                    return forward(input1, input2, input3, input4, input5, input6);
                }
                using var scope = NewDisposeScope();
                foreach (var hook in pre_hooks)
                {
                    if (hook(this, input1, input2, input3, input4, input5, input6) is { } changed)
                    {
                        (input1, input2, input3, input4, input5, input6) = changed;
                    }
                }
                var result = forward(input1, input2, input3, input4, input5, input6);
                foreach (var hook in post_hooks)
                {
                    result = hook(this, input1, input2, input3, input4, input5, input6, result);
                }
                return CallScope.Leave(scope, result);
            }

            private protected override Func<
                Module<T1, T2, T3, T4, T5, T6, TResult>,
                T1,
                T2,
                T3,
                T4,
                T5,
                T6,
                (T1, T2, T3, T4, T5, T6)?
            > PreHookOf(Action<Module> hook) =>
                (module, a0, a1, a2, a3, a4, a5) =>
                {
                    hook(module);
                    return null;
                };

            private protected override Func<
                Module<T1, T2, T3, T4, T5, T6, TResult>,
                T1,
                T2,
                T3,
                T4,
                T5,
                T6,
                TResult,
                TResult
            > PostHookOf(Action<Module> hook) =>
                (module, a0, a1, a2, a3, a4, a5, result) =>
                {
                    hook(module);
                    return result;
                };
        }
    }
}

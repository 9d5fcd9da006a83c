using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>The parameters with their names, each once, in the order of registration, depth first.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
                foreach (var (prefix, module) in recurse ? Walk() : [("", this)])
                {
                    foreach (var (name, parameter) in module._parameters)
                    {
                        if (seen.Add(parameter))
                        {
                            yield return (prefix + name, parameter);
                        }
                    }
                }
            }

            /// <summary>The buffers with their names, each once, in the order of registration, depth first.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(
                bool recurse = true,
                bool include_nonpersistent = true
            )
            {
                var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
                foreach (var (prefix, module) in recurse ? Walk() : [("", this)])
                {
                    foreach (var (name, (buffer, persistent)) in module._buffers)
                    {
                        if ((persistent || include_nonpersistent) && seen.Add(buffer))
                        {
                            yield return (prefix + name, buffer);
                        }
                    }
                }
            }

            /// <summary>The direct sub-modules with their names.</summary>
            public virtual IEnumerable<(string name, Module module)> named_children() =>
                _modules.Select(m => (m.Key, m.Value));

            /// <summary>All sub-modules below this one with their names, depth first, each once; not this one itself.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules() =>
                Walk().Skip(1).Select(m => (m.Prefix[..^1], m.Module));

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) =>
                named_parameters(recurse).Select(p => p.parameter);

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(b => b.buffer);

            public virtual IEnumerable<Module> children() => named_children().Select(m => m.module);

            public virtual IEnumerable<Module> modules() => named_modules().Select(m => m.module);

            /// <summary>The parameter of a dotted name, or null.</summary>
            public virtual Parameter? get_parameter(string target) =>
                Find(target, (module, name) => module._parameters.GetValueOrDefault(name));

            /// <summary>The buffer of a dotted name, or null.</summary>
            public virtual Tensor? get_buffer(string target) =>
                Find(target, (module, name) => module._buffers.GetValueOrDefault(name).Tensor);

            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            public virtual bool has_buffer(string target) => get_buffer(target) is not null;

            /// <summary>This module and all below it, depth first, each once; a prefix ends with a dot or is empty.</summary>
            private IEnumerable<(string Prefix, Module Module)> Walk()
            {
                var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
                var pending = new Stack<(string Prefix, Module Module)>([("", this)]);
                while (pending.TryPop(out var next))
                {
                    if (!seen.Add(next.Module))
                    {
                        continue;
                    }
                    yield return next;
                    foreach (var (name, child) in next.Module._modules.Reverse())
                    {
                        pending.Push(($"{next.Prefix}{name}.", child));
                    }
                }
            }

            private T? Find<T>(string target, Func<Module, string, T?> pick)
                where T : class
            {
                ArgumentNullException.ThrowIfNull(target);
                var module = this;
                var path = target.Split('.');
                foreach (var step in path.AsSpan(0, path.Length - 1))
                {
                    if (!module._modules.TryGetValue(step, out module))
                    {
                        return null;
                    }
                }
                return pick(module, path[^1]);
            }
        }
    }
}

using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>
        /// A piece of a network: parameters, buffers and sub-modules under names. Managed through and through; libtorch
        /// sees only the tensors.
        /// </summary>
        public partial class Module : IDisposable
        {
            private readonly OrderedDictionary<string, Parameter> _parameters = new(StringComparer.Ordinal);
            private readonly OrderedDictionary<string, (Tensor Tensor, bool Persistent)> _buffers = new(
                StringComparer.Ordinal
            );
            private readonly OrderedDictionary<string, Module> _modules = new(StringComparer.Ordinal);
            private readonly string _name;
            private bool _componentsRegistered;
            private bool _disposed;

            /// <param name="name">What <see cref="GetName"/> says; mostly the name of the class.</param>
            protected Module(string name) => _name = string.IsNullOrEmpty(name) ? GetType().Name : name;

            /// <summary>The name that was given on construction.</summary>
            public virtual string GetName() => _name;

            /// <summary>
            /// Registers every field that holds a <see cref="Modules.Parameter"/>, a module or a tensor (as a persistent buffer) under
            /// its own name or that of its <see cref="ComponentNameAttribute"/>, in the order of declaration. To be called at
            /// the end of a constructor; parents call it for their children again, and a second call finds nothing to do.
            /// </summary>
            protected virtual void RegisterComponents()
            {
                if (_componentsRegistered)
                {
                    return;
                }
                _componentsRegistered = true;
                var known = new HashSet<object>(ReferenceEqualityComparer.Instance);
                known.UnionWith(_parameters.Values);
                known.UnionWith(_modules.Values);
                known.UnionWith(_buffers.Values.Select(b => b.Tensor));
                foreach (var field in ComponentFields(GetType()))
                {
                    var value = field.GetValue(this);
                    if (value is not (Module or Tensor) || known.Contains(value))
                    {
                        continue;
                    }
                    var name = ComponentName(field);
                    if (_parameters.ContainsKey(name) || _modules.ContainsKey(name) || _buffers.ContainsKey(name))
                    {
                        continue;
                    }
                    switch (value)
                    {
                        case Module module:
                            register_module(name, module);
                            break;
                        case Parameter parameter:
                            register_parameter(name, parameter);
                            break;
                        case Tensor tensor:
                            register_buffer(name, tensor);
                            break;
                    }
                }
            }

            /// <summary>Fields in the order of declaration, those of the derived class first; not those of this library's own modules.</summary>
            private static IEnumerable<FieldInfo> ComponentFields(Type type)
            {
                const BindingFlags Own =
                    BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
                for (
                    var current = type;
                    current is not null && current.Assembly != typeof(Module).Assembly;
                    current = current.BaseType
                )
                {
                    foreach (var field in current.GetFields(Own).OrderBy(f => f.MetadataToken))
                    {
                        yield return field;
                    }
                }
            }

            /// <summary>The attribute's name, else that of the property behind an automatic field, else the field's own.</summary>
            private static string ComponentName(FieldInfo field)
            {
                if (field.GetCustomAttribute<ComponentNameAttribute>()?.Name is { Length: > 0 } given)
                {
                    return given;
                }
                if (!field.IsDefined(typeof(CompilerGeneratedAttribute)) || field.Name[0] != '<')
                {
                    return field.Name;
                }
                var property = field.Name[1..field.Name.IndexOf('>')];
                return field
                        .DeclaringType!.GetProperty(
                            property,
                            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
                        )
                        ?.GetCustomAttribute<ComponentNameAttribute>()
                        ?.Name
                    ?? property;
            }

            /// <summary>Adds a parameter; it leaves its dispose scope and lives as long as the module.</summary>
            public virtual void register_parameter(string name, Parameter param)
            {
                CheckNewName(name, "parameter");
                ArgumentNullException.ThrowIfNull(param);
                param.DetachFromDisposeScope();
                _parameters.Add(name, param);
            }

            /// <summary>Adds a tensor that is part of the module's state but not trained.</summary>
            /// <param name="name">Its name in the state dict.</param>
            /// <param name="tensor">The tensor; it leaves its dispose scope and lives as long as the module.</param>
            /// <param name="persistent">Whether the state dict contains it.</param>
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                CheckNewName(name, "buffer");
                ArgumentNullException.ThrowIfNull(tensor);
                tensor.DetachFromDisposeScope();
                _buffers.Add(name, (tensor, persistent));
            }

            /// <summary>Adds a sub-module; null removes the one of that name.</summary>
            public virtual void register_module(string name, Module? submodule)
            {
                if (submodule is null)
                {
                    _modules.Remove(name);
                    return;
                }
                CheckNewName(name, "module");
                submodule.RegisterComponents();
                _modules.Add(name, submodule);
            }

            /// <summary>The same as <see cref="register_module"/>.</summary>
            public void add_module(string name, Module module) => register_module(name, module);

            private void CheckNewName(string name, string kind)
            {
                if (string.IsNullOrEmpty(name))
                {
                    throw new ArgumentException($"{_name}: a {kind} needs a name, got an empty one.", nameof(name));
                }
                if (name.Contains('.', StringComparison.Ordinal))
                {
                    throw new ArgumentException(
                        $"{_name}: the name '{name}' of a {kind} contains a dot, which separates levels; nest modules instead.",
                        nameof(name)
                    );
                }
                if (_parameters.ContainsKey(name) || _buffers.ContainsKey(name) || _modules.ContainsKey(name))
                {
                    throw new InvalidOperationException(
                        $"{_name}: '{name}' is registered already; each parameter, buffer and module needs a name of its own."
                    );
                }
            }

            /// <summary>Puts another tensor, or none, in the place of a buffer; for modules that reset their statistics.</summary>
            private protected void ReplaceBuffer(string name, Tensor? tensor)
            {
                _buffers.Remove(name);
                if (tensor is not null)
                {
                    register_buffer(name, tensor);
                }
            }

            /// <summary>Puts another parameter, or none, in the place of one, keeping its position.</summary>
            private protected void ReplaceParameter(string name, Parameter? parameter)
            {
                if (parameter is null)
                {
                    _parameters.Remove(name);
                }
                else if (_parameters.ContainsKey(name))
                {
                    parameter.DetachFromDisposeScope();
                    _parameters[name] = parameter;
                }
                else
                {
                    register_parameter(name, parameter);
                }
            }

            /// <summary>Forgets every sub-module; for containers that renumber theirs.</summary>
            private protected void ReplaceModules(IEnumerable<(string Name, Module Module)> modules)
            {
                _modules.Clear();
                foreach (var (name, module) in modules)
                {
                    register_module(name, module);
                }
            }

            /// <summary>Forgets every parameter; for containers that renumber theirs.</summary>
            private protected void ReplaceParameters(IEnumerable<(string Name, Parameter Parameter)> parameters)
            {
                _parameters.Clear();
                foreach (var (name, parameter) in parameters)
                {
                    register_parameter(name, parameter);
                }
            }

            /// <summary>Disposes of all parameters, buffers and sub-modules.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>The dispose pattern's second half.</summary>
            protected virtual void Dispose(bool disposing)
            {
                if (!disposing || _disposed)
                {
                    return;
                }
                _disposed = true;
                foreach (var parameter in _parameters.Values)
                {
                    parameter.Dispose();
                }
                foreach (var (tensor, _) in _buffers.Values)
                {
                    tensor.Dispose();
                }
                foreach (var module in _modules.Values)
                {
                    module.Dispose();
                }
            }
        }
    }
}

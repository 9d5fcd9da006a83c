using TorchSharp.Dispatch;
using VitNotebooks.Files;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>
            /// The parameters and persistent buffers by dotted name, in PyTorch's order: a module's parameters, its buffers, its
            /// sub-modules. The tensors are the module's own, not copies.
            /// </summary>
            /// <param name="destination">The dictionary to add to; a new one by default.</param>
            /// <param name="prefix">What stands before each name, without the dot.</param>
            public virtual Dictionary<string, Tensor> state_dict(
                Dictionary<string, Tensor>? destination = null,
                string? prefix = null
            )
            {
                destination ??= new Dictionary<string, Tensor>(StringComparer.Ordinal);
                var before = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
                foreach (var (name, parameter) in _parameters)
                {
                    destination[before + name] = parameter;
                }
                foreach (var (name, (buffer, persistent)) in _buffers)
                {
                    if (persistent)
                    {
                        destination[before + name] = buffer;
                    }
                }
                foreach (var (name, module) in _modules)
                {
                    module.state_dict(destination, before + name);
                }
                return destination;
            }

            /// <summary>Copies values into the parameters and persistent buffers, all or none.</summary>
            /// <param name="source">The values by name; other element types and devices are converted.</param>
            /// <param name="strict">Whether a missing or an unexpected name is an error. A wrong shape always is one.</param>
            /// <param name="skip">Names that are neither demanded nor loaded.</param>
            /// <returns>The missing and the unexpected names.</returns>
            /// <exception cref="StateDictException">The state does not fit; nothing was copied.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source,
                bool strict = true,
                IList<string>? skip = null
            )
            {
                ArgumentNullException.ThrowIfNull(source);
                var omitted = new HashSet<string>(skip ?? [], StringComparer.Ordinal);
                var destination = state_dict();
                var missing = destination
                    .Keys.Where(name => !omitted.Contains(name) && !source.ContainsKey(name))
                    .ToList();
                var unexpected = source
                    .Keys.Where(name => !omitted.Contains(name) && !destination.ContainsKey(name))
                    .ToList();
                var common = destination
                    .Where(entry => !omitted.Contains(entry.Key) && source.ContainsKey(entry.Key))
                    .ToList();
                var shapes = common
                    .Where(entry => !entry.Value.shape.AsSpan().SequenceEqual(source[entry.Key].shape))
                    .Select(entry =>
                        $"{entry.Key} [{string.Join(", ", source[entry.Key].shape)}], expected [{string.Join(", ", entry.Value.shape)}]"
                    )
                    .ToList();
                if (shapes.Count > 0 || (strict && missing.Count + unexpected.Count > 0))
                {
                    throw new StateDictException(
                        _name,
                        [.. missing.Select(name => (name, destination[name].shape))],
                        [.. unexpected.Select(name => (name, source[name].shape))],
                        shapes
                    );
                }
                using (new GradMode(false))
                {
                    foreach (var (name, tensor) in common)
                    {
                        Aten.copy_(tensor, source[name]);
                    }
                }
                return (missing, unexpected);
            }

            /// <summary>Writes the state dict in TorchSharp's .dat format.</summary>
            public Module save(string location, IList<string>? skip = null)
            {
                DurableFile.Write(
                    location,
                    stream =>
                    {
                        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
                        save(writer, skip);
                    }
                );
                return this;
            }

            public Module save(BinaryWriter writer, IList<string>? skip = null)
            {
                save_state_dict(writer, state_dict(), skip);
                return this;
            }

            public Module save(Stream stream, IList<string>? skip = null)
            {
                using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
                return save(writer, skip);
            }

            /// <summary>Writes any state dict in TorchSharp's .dat format.</summary>
            public static void save_state_dict(
                BinaryWriter writer,
                Dictionary<string, Tensor> sd,
                IList<string>? skip = null
            )
            {
                ArgumentNullException.ThrowIfNull(sd);
                DatFormat.Write(writer, sd.Where(entry => skip?.Contains(entry.Key) != true).ToList());
            }

            /// <summary>Reads a state dict in TorchSharp's .dat format into this module, all or none.</summary>
            /// <param name="location">The file.</param>
            /// <param name="strict">As for <see cref="load_state_dict"/>.</param>
            /// <param name="skip">As for <see cref="load_state_dict"/>.</param>
            /// <param name="loadedParameters">Receives, for each name of the module or the file, whether it was loaded.</param>
            public virtual Module load(
                string location,
                bool strict = true,
                IList<string>? skip = null,
                Dictionary<string, bool>? loadedParameters = null
            )
            {
                using var stream = File.OpenRead(location);
                return load(stream, strict, skip, loadedParameters);
            }

            /// <summary>A new module with what a file in TorchSharp's .dat format holds.</summary>
            public static Module Create<T>(string path)
                where T : Module, new()
            {
                var module = new T();
                try
                {
                    return module.load(path);
                }
                catch
                {
                    module.Dispose();
                    throw;
                }
            }

            public virtual Module load(
                Stream stream,
                bool strict = true,
                IList<string>? skip = null,
                Dictionary<string, bool>? loadedParameters = null
            )
            {
                using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
                return load(reader, strict, skip, loadedParameters);
            }

            public virtual Module load(
                BinaryReader reader,
                bool strict = true,
                IList<string>? skip = null,
                Dictionary<string, bool>? loadedParameters = null
            )
            {
                using var scope = NewDisposeScope();
                var source = DatFormat.Read(reader);
                var own = state_dict();
                load_state_dict(source, strict, skip);
                if (loadedParameters is not null)
                {
                    foreach (var name in own.Keys.Union(source.Keys, StringComparer.Ordinal))
                    {
                        loadedParameters[name] =
                            own.ContainsKey(name) && source.ContainsKey(name) && skip?.Contains(name) != true;
                    }
                }
                return this;
            }
        }
    }
}

using System.Text;
using TorchSharp.Native;
using VitNotebooks.Files;

namespace TorchSharp;

// Loading and saving of script modules. A TorchScript file is a program: load what you would run.
public static partial class torch
{
    public static partial class jit
    {
        /// <summary>Loads what Python's <c>torch.jit.save</c> wrote. The file is a program: load only what you would run.</summary>
        /// <param name="filename">The file.</param>
        /// <param name="device_type">Where its tensors go, wherever they were.</param>
        /// <param name="device_index">Which device of that kind.</param>
        /// <exception cref="TensorFileException">It is damaged or no TorchScript file.</exception>
        public static ScriptModule load(
            string filename,
            DeviceType device_type = DeviceType.CPU,
            long device_index = -1
        ) => new(Open(filename, Place(device_type, device_index)));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule load(string filename, string map_location) =>
            load(filename, new Device(map_location));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule load(string filename, Device map_location) => new(Open(filename, map_location));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule load(
            byte[] bytes,
            DeviceType device_type = DeviceType.CPU,
            long device_index = -1
        ) => new(Open(bytes, Place(device_type, device_index)));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule load(byte[] bytes, string map_location) => load(bytes, new Device(map_location));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule load(byte[] bytes, Device map_location) => new(Open(bytes, map_location));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule<TResult> load<TResult>(
            string filename,
            DeviceType device_type = DeviceType.CPU,
            long device_index = -1
        ) => new(Open(filename, Place(device_type, device_index)));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule<TResult> load<TResult>(string filename, string map_location) =>
            new(Open(filename, new Device(map_location)));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule<TResult> load<TResult>(string filename, Device map_location) =>
            new(Open(filename, map_location));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule<TResult> load<TResult>(
            byte[] bytes,
            DeviceType device_type = DeviceType.CPU,
            long device_index = -1
        ) => new(Open(bytes, Place(device_type, device_index)));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule<TResult> load<TResult>(byte[] bytes, string map_location) =>
            new(Open(bytes, new Device(map_location)));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule<TResult> load<TResult>(byte[] bytes, Device map_location) =>
            new(Open(bytes, map_location));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule<T1, TResult> load<T1, TResult>(
            string filename,
            DeviceType device_type = DeviceType.CPU,
            long device_index = -1
        ) => new(Open(filename, Place(device_type, device_index)));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule<T1, TResult> load<T1, TResult>(string filename, string map_location) =>
            new(Open(filename, new Device(map_location)));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule<T1, TResult> load<T1, TResult>(string filename, Device map_location) =>
            new(Open(filename, map_location));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule<T1, TResult> load<T1, TResult>(
            byte[] bytes,
            DeviceType device_type = DeviceType.CPU,
            long device_index = -1
        ) => new(Open(bytes, Place(device_type, device_index)));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule<T1, TResult> load<T1, TResult>(byte[] bytes, string map_location) =>
            new(Open(bytes, new Device(map_location)));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule<T1, TResult> load<T1, TResult>(byte[] bytes, Device map_location) =>
            new(Open(bytes, map_location));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule<T1, T2, TResult> load<T1, T2, TResult>(
            string filename,
            DeviceType device_type = DeviceType.CPU,
            long device_index = -1
        ) => new(Open(filename, Place(device_type, device_index)));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule<T1, T2, TResult> load<T1, T2, TResult>(string filename, string map_location) =>
            new(Open(filename, new Device(map_location)));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule<T1, T2, TResult> load<T1, T2, TResult>(string filename, Device map_location) =>
            new(Open(filename, map_location));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule<T1, T2, TResult> load<T1, T2, TResult>(
            byte[] bytes,
            DeviceType device_type = DeviceType.CPU,
            long device_index = -1
        ) => new(Open(bytes, Place(device_type, device_index)));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule<T1, T2, TResult> load<T1, T2, TResult>(byte[] bytes, string map_location) =>
            new(Open(bytes, new Device(map_location)));

        /// <inheritdoc cref="load(string, DeviceType, long)"/>
        public static ScriptModule<T1, T2, TResult> load<T1, T2, TResult>(byte[] bytes, Device map_location) =>
            new(Open(bytes, map_location));

        /// <summary>Writes a script module, with the values that it has now, to a file that Python's <c>torch.jit.load</c> reads.</summary>
        public static void save(ScriptModule module, string filename)
        {
            ArgumentNullException.ThrowIfNull(module);
            DurableFile.Write(
                filename,
                stream =>
                    WithSaved(
                        module,
                        path =>
                        {
                            using var saved = File.OpenRead(path);
                            saved.CopyTo(stream);
                        }
                    )
            );
        }

        /// <summary>Writes a script module to the beginning of an array.</summary>
        /// <exception cref="ArgumentException">The array is too short; the message says how long it must be.</exception>
        public static void save(ScriptModule module, byte[] bytes)
        {
            ArgumentNullException.ThrowIfNull(module);
            ArgumentNullException.ThrowIfNull(bytes);
            WithSaved(
                module,
                path =>
                {
                    var content = File.ReadAllBytes(path);
                    if (content.Length > bytes.Length)
                    {
                        throw new ArgumentException(
                            $"jit.save: the module takes {content.Length} bytes, the array has {bytes.Length}.",
                            nameof(bytes)
                        );
                    }
                    content.CopyTo(bytes, 0);
                }
            );
        }

        private static void WithSaved(ScriptModule module, Action<string> use)
        {
            var folder = Directory.CreateTempSubdirectory("vitnb-script-");
            try
            {
                var path = Path.Combine(folder.FullName, "module.pt");
                module.SaveTo(path);
                use(path);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        private static Device Place(DeviceType type, long index) => new(type, checked((int)index));

        private static JitHandle Open(string filename, Device device)
        {
            using var source = ByteSource.Open(filename);
            RequireScript(source);
            return Open(Encoding.UTF8.GetBytes(filename), isPath: true, device, filename);
        }

        private static JitHandle Open(byte[] bytes, Device device)
        {
            ArgumentNullException.ThrowIfNull(bytes);
            using var source = ByteSource.Of(bytes, "memory");
            RequireScript(source);
            return Open(bytes, isPath: false, device, "memory");
        }

        /// <summary>libtorch trusts the archive; what is checked here does not reach it.</summary>
        private static void RequireScript(ByteSource source)
        {
            var names = ZipDirectory.Read(source).Entries.Keys;
            if (!names.Any(n => n.EndsWith("/constants.pkl", StringComparison.Ordinal)))
            {
                throw new TensorFileException(
                    names.Any(n => n.EndsWith("data.pkl", StringComparison.Ordinal))
                        ? $"{source.Name}: this is a file of torch.save and no TorchScript program; read it with PthFile.Load."
                        : $"{source.Name}: the archive has no constants.pkl, so torch.jit.save did not write it."
                );
            }
        }

        private static unsafe JitHandle Open(byte[] content, bool isPath, Device device, string name)
        {
            JitNative.Require();
            Libtorch.Require();
            IntPtr handle;
            try
            {
                fixed (byte* start = content)
                {
                    JitNative.Check(
                        JitNative.Functions.Load(
                            start,
                            content.Length,
                            isPath ? 1 : 0,
                            (int)device.type,
                            device.index,
                            &handle
                        ),
                        "jit.load"
                    );
                }
            }
            catch (TorchException e) when (e is not TorchOutOfMemoryException)
            {
                throw new TensorFileException($"{name}: libtorch does not load this script. {e.Message}", e);
            }
            return new JitHandle(handle, JitNative.Functions.Free);
        }
    }
}

using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>torch.save's zip files: <c>NAME/data.pkl</c> refers to storages <c>NAME/data/KEY</c>; <c>NAME/byteorder</c> says how
/// their bytes lie.</summary>
internal sealed class PthZip : IPickledStorages
{
    private readonly ByteSource _source;
    private readonly ZipDirectory _directory;
    private readonly string _prefix;
    private readonly bool _bigEndian;
    private readonly Dictionary<string, PickledStorage> _storages = new(StringComparer.Ordinal);

    private PthZip(ByteSource source)
    {
        _source = source;
        _directory = ZipDirectory.Read(source);
        _prefix = FindPrefix();
        _bigEndian =
            _directory.Entries.TryGetValue(_prefix + "byteorder", out var order)
            && Encoding.UTF8.GetString(_directory.ReadAll(order)).Trim() switch
            {
                "little" => false,
                "big" => true,
                var other => throw Fault(
                    $"the record 'byteorder' says '{(other.Length <= 20 ? other : other[..20])}', expected little or big"
                ),
            };
    }

    private TensorFileException Fault(string what) => new($"{_source.Name}: {what}.");

    public static (object? Tree, IReadOnlyList<Tensor> Tensors) Read(ByteSource source)
    {
        var file = new PthZip(source);
        var pickle = file._directory.ReadAll(file._directory.Entries[file._prefix + "data.pkl"]);
        using var bytes = ByteSource.Of(pickle, source.Name);
        var context = new PickleContext(source.Name, file);
        var tree = new PickleMachine(new PickleBytes(bytes, 0), context).Run();
        context.Finish();
        return (tree, context.Tensors);
    }

    private string FindPrefix()
    {
        const string Pickle = "data.pkl";
        var found = _directory
            .Entries.Keys.Where(n => n == Pickle || n.EndsWith("/" + Pickle, StringComparison.Ordinal))
            .MinBy(n => n.Length);
        if (found is null)
        {
            throw Fault(
                _directory.Entries.Keys.Any(n => n.EndsWith(".npy", StringComparison.Ordinal))
                    ? "this is an archive of numpy arrays; read it with Npz.Load"
                    : "the archive has no data.pkl, so torch.save did not write it"
            );
        }
        var prefix = found[..^Pickle.Length];
        return _directory.Entries.ContainsKey(prefix + "constants.pkl")
            ? throw Fault("this is a TorchScript file, a program; read it with torch.jit.load")
            : prefix;
    }

    public PickledStorage Get(PickleContext context, string key, PickledStorageType type, long count, object? view)
    {
        if (_storages.TryGetValue(key, out var known))
        {
            return known;
        }
        if (!_directory.Entries.TryGetValue($"{_prefix}data/{key}", out var entry))
        {
            throw Fault(
                $"the pickle refers to storage '{key}', the archive has no '{_prefix}data/{key}'; it is damaged"
            );
        }
        if (count > entry.Length / type.Width)
        {
            throw Fault(
                $"storage '{key}' should hold {count} elements of {type.Name}, the archive has {entry.Length} bytes of it; the file is damaged"
            );
        }
        var bytes = count * type.Width;
        var memory = TensorBytes.Empty([count], type.Type ?? ScalarType.Byte);
        if (bytes > 0)
        {
            _directory.Read(entry, memory.DataPointer(), bytes);
        }
        if (_bigEndian)
        {
            if (type.Type is null)
            {
                throw Fault($"storage '{key}' is untyped and big-endian; save the file on a little-endian machine");
            }
            TensorBytes.Swap(memory);
        }
        return _storages[key] = new PickledStorage(key, type.Type, memory, 0, bytes);
    }

    /// <summary>Writes an archive as torch.save does.</summary>
    public static void Write(Stream stream, byte[] pickle, IReadOnlyList<Tensor> storages)
    {
        var zip = new ZipWriter(stream);
        zip.Add("archive/data.pkl", pickle);
        zip.Add("archive/byteorder", "little"u8.ToArray());
        for (var i = 0; i < storages.Count; i++)
        {
            var storage = storages[i];
            zip.Add(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"archive/data/{i}"),
                target => storage.WriteBytesToStream(target)
            );
        }
        zip.Add("archive/version", "3\n"u8.ToArray());
        zip.Finish();
    }
}

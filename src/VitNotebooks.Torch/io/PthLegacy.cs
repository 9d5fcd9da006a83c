using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>
/// torch.save's files before 1.6 (<c>_use_new_zipfile_serialization=False</c>): pickles one after another (a magic number, a version, the
/// machine, the tree, the storages' keys), then each storage as its number of elements and its bytes.
/// </summary>
internal sealed class PthLegacy : IPickledStorages
{
    private const long ProtocolVersion = 1001;
    private static readonly BigInteger s_magic = BigInteger.Parse(
        "119547037146038801333356",
        CultureInfo.InvariantCulture
    );
    private readonly ByteSource _source;
    private readonly Dictionary<string, (PickledStorage Storage, PickledStorageType Type, long Count)> _roots = new(
        StringComparer.Ordinal
    );
    private readonly Dictionary<string, PickledStorage> _views = new(StringComparer.Ordinal);
    private long _claimed;

    private PthLegacy(ByteSource source) => _source = source;

    /// <summary>Whether a file begins with the pickled magic number (in any protocol: it is the first thing in it).</summary>
    public static bool Matches(ReadOnlySpan<byte> start) =>
        start.IndexOf((ReadOnlySpan<byte>)[0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]) is >= 0 and < 32
        || start.StartsWith("L119547037146038801333356L"u8);

    private TensorFileException Fault(string what) => new($"{_source.Name}: {what}.");

    public static (object? Tree, IReadOnlyList<Tensor> Tensors) Read(ByteSource source)
    {
        var file = new PthLegacy(source);
        var context = new PickleContext(source.Name, file);
        var bytes = new PickleBytes(source, 0);
        object? Next() => new PickleMachine(bytes, context).Run();

        if (Next() is not BigInteger magic || magic != s_magic)
        {
            throw file.Fault("the file does not begin with PyTorch's magic number; it is damaged");
        }
        if (Next() is not ProtocolVersion)
        {
            throw file.Fault($"the file is not of protocol {ProtocolVersion}, the only one there was; it is damaged");
        }
        // The machine that wrote it: its byte order too, but storages are written little-endian whatever it says.
        _ = Next();
        var tree = Next();
        var keys = Next() as List<object?> ?? throw file.Fault("the list of storages is missing; the file is damaged");
        file.Fill(keys, bytes.Position);
        context.Finish();
        return (tree, context.Tensors);
    }

    public PickledStorage Get(PickleContext context, string key, PickledStorageType type, long count, object? view)
    {
        if (!_roots.TryGetValue(key, out var root))
        {
            // The bytes come later in the file; that there are so many is known now.
            if (count > (_source.Length - _claimed) / type.Width)
            {
                throw Fault(
                    $"storage '{key}' should hold {count} elements of {type.Name}, more than the file of {_source.Length} bytes has; it is truncated or damaged"
                );
            }
            _claimed += count * type.Width;
            var memory = TensorBytes.Empty([count], type.Type ?? ScalarType.Byte);
            var storage = new PickledStorage(key, type.Type, memory, 0, count * type.Width);
            root = _roots[key] = (storage, type, count);
        }
        return view is null ? root.Storage : View(root.Storage, root.Type, view);
    }

    private PickledStorage View(PickledStorage root, PickledStorageType type, object view)
    {
        if (view is not object?[] { Length: 3 } parts || parts[1] is not long offset || parts[2] is not long count)
        {
            throw Fault($"a part of storage '{root.Key}' is not described as PyTorch does; the file is damaged");
        }
        var elements = root.Bytes / type.Width;
        if (offset < 0 || count < 0 || offset > elements || count > elements - offset)
        {
            throw Fault(
                $"a part of {count} elements from {offset} on lies outside of storage '{root.Key}' with {elements}; the file is damaged"
            );
        }
        var name = string.Create(CultureInfo.InvariantCulture, $"{root.Key} from {offset} with {count}");
        if (!_views.TryGetValue(name, out var known))
        {
            known = _views[name] = new PickledStorage(
                root.Key,
                root.Type,
                root.Memory,
                offset * type.Width,
                count * type.Width
            );
        }
        return known;
    }

    private void Fill(List<object?> keys, long position)
    {
        Span<byte> head = stackalloc byte[8];
        var filled = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in keys)
        {
            var key = Convert.ToString(item, CultureInfo.InvariantCulture) ?? "";
            if (!_roots.TryGetValue(key, out var root) || !filled.Add(key))
            {
                throw Fault(
                    $"the list of storages names '{key}' {(filled.Contains(key) ? "twice" : ", to which nothing refers")}; the file is damaged"
                );
            }
            _source.Read(position, head);
            var count = BinaryPrimitives.ReadInt64LittleEndian(head);
            if (count != root.Count)
            {
                throw Fault(
                    $"storage '{key}' holds {count} elements in the file and {root.Count} in the pickle; the file is damaged"
                );
            }
            var bytes = root.Storage.Bytes;
            if (bytes > 0)
            {
                _source.Read(position + 8, root.Storage.Memory.DataPointer(), bytes);
            }
            position += 8 + bytes;
        }
        if (filled.Count != _roots.Count)
        {
            var missing = _roots.Keys.First(k => !filled.Contains(k));
            throw Fault($"storage '{missing}' is not in the file, which ends before it; the file is damaged");
        }
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>Reads and writes safetensors files: named tensors without any code in them.</summary>
/// <remarks>The format: https://github.com/huggingface/safetensors (README, "Format").</remarks>
[BeyondTorchSharp]
public static partial class Safetensors
{
    /// <summary>Whether a file is one, by its first bytes: eight of length, then JSON. Names of weights say too little (.bin, .pt, none).</summary>
    /// <param name="path">The file.</param>
    public static bool IsSafetensors(string path)
    {
        if (path.EndsWith(".safetensors", StringComparison.Ordinal))
        {
            return true;
        }

        using var file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[9];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && start[8] == (byte)'{';
    }

    /// <summary>Reads all tensors of a file to the CPU.</summary>
    /// <returns>The tensors by name, in the order of the header; they are in the caller's dispose scope.</returns>
    /// <exception cref="SafetensorsException">The file is not as the format demands.</exception>
    /// <param name="path">The file, or the <c>.safetensors.index.json</c> of a model in several files.</param>
    public static Dictionary<string, Tensor> Load(string path) =>
        path.EndsWith(".index.json", StringComparison.Ordinal) ? SafetensorsShards.Load(path) : Load(path, out _);

    /// <inheritdoc cref="Load(string)"/>
    /// <param name="path">The file.</param>
    /// <param name="metadata">The text entries beside the tensors.</param>
    public static Dictionary<string, Tensor> Load(string path, out IReadOnlyDictionary<string, string> metadata)
    {
        using var file = SafetensorsFile.Open(path);
        metadata = file.Metadata;
        return All(file, file.Read);
    }

    /// <inheritdoc cref="Load(string)"/>
    /// <param name="bytes">The file's content.</param>
    /// <param name="name">What messages call it.</param>
    public static Dictionary<string, Tensor> Load(ReadOnlyMemory<byte> bytes, string name = "memory")
    {
        using var file = SafetensorsFile.Open(name, ByteSource.Of(bytes, name));
        return All(file, file.Read);
    }

    private static Dictionary<string, Tensor> All(SafetensorsFile file, Func<string, Tensor> read)
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var name in file.Names)
        {
            tensors.Add(name, read(name));
        }
        foreach (var tensor in tensors.Values)
        {
            scope.MoveToOuter(tensor);
        }
        return tensors;
    }

    /// <summary>Writes tensors of any device, layout and views as they are, contiguous.</summary>
    /// <param name="path">The file. It is written under a temporary name, flushed and renamed: when this throws (a full disk), what was there stays.</param>
    /// <param name="tensors">Names and tensors; the file orders them by element size, largest first, then by name.</param>
    /// <param name="metadata">Text entries beside them.</param>
    /// <exception cref="SafetensorsException">A name is given twice or an element type has no place in the format.</exception>
    public static void Save(
        string path,
        IEnumerable<(string Name, Tensor Tensor)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var sorted = tensors
            .OrderByDescending(t => ScalarTypes.Size(t.Tensor.dtype))
            .ThenBy(t => t.Name, StringComparer.Ordinal)
            .ToList();
        var header = Header(path, sorted, metadata);
        DurableFile.Write(
            path,
            stream =>
            {
                stream.Write(header);
                foreach (var (_, tensor) in sorted)
                {
                    tensor.WriteBytesToStream(stream);
                }
            }
        );
    }

    /// <inheritdoc cref="Save(string, IEnumerable{ValueTuple{string, Tensor}}, IReadOnlyDictionary{string, string}?)"/>
    public static void Save(
        string path,
        IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    ) => Save(path, tensors.Select(t => (t.Key, t.Value)), metadata);

    /// <summary>Length and JSON, filled up with spaces so that the data begin at a multiple of 8 bytes.</summary>
    private static byte[] Header(
        string path,
        IReadOnlyList<(string Name, Tensor Tensor)> tensors,
        IReadOnlyDictionary<string, string>? metadata
    )
    {
        var json = new ArrayBufferWriter<byte>();
        using (
            var writer = new Utf8JsonWriter(
                json,
                new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
        {
            writer.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                writer.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    writer.WriteString(key, value);
                }
                writer.WriteEndObject();
            }
            var offset = 0L;
            var names = new HashSet<string>(StringComparer.Ordinal) { "__metadata__" };
            foreach (var (name, tensor) in tensors)
            {
                if (!names.Add(name))
                {
                    throw new SafetensorsException(
                        $"{path}: the name '{name}' is {(name == "__metadata__" ? "reserved" : "given twice")}; nothing was written."
                    );
                }
                writer.WriteStartObject(name);
                writer.WriteString("dtype", SafetensorsHeader.TypeName(tensor.dtype));
                writer.WriteStartArray("shape");
                foreach (var length in tensor.shape)
                {
                    writer.WriteNumberValue(length);
                }
                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(offset);
                offset = checked(offset + (tensor.NumberOfElements * tensor.ElementSize));
                writer.WriteNumberValue(offset);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        var padded = (json.WrittenCount + 7) / 8 * 8;
        if (padded > SafetensorsHeader.MostHeaderBytes)
        {
            throw new SafetensorsException(
                $"{path}: the header would take {padded} bytes, the format allows {SafetensorsHeader.MostHeaderBytes}; nothing was written."
            );
        }
        var header = new byte[8 + padded];
        BinaryPrimitives.WriteInt64LittleEndian(header, padded);
        json.WrittenSpan.CopyTo(header.AsSpan(8));
        header.AsSpan(8 + json.WrittenCount).Fill((byte)' ');
        return header;
    }
}

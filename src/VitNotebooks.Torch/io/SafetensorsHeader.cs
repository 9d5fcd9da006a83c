using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>Where one tensor lies in a file and what it is.</summary>
internal sealed record SafetensorsEntry(string Name, ScalarType Type, long[] Shape, long Begin, long End);

/// <summary>
/// The header of a safetensors file: 8 bytes of length, then JSON. Everything the format demands is checked here, each defect
/// with a sentence of its own, so that what is read afterwards can be trusted.
/// </summary>
/// <remarks>The format: https://github.com/huggingface/safetensors (README, "Format").</remarks>
internal sealed class SafetensorsHeader
{
    public const long MostHeaderBytes = 100_000_000;
    private const string MetadataKey = "__metadata__";

    private static readonly Dictionary<string, ScalarType> s_types = new(StringComparer.Ordinal)
    {
        ["F64"] = ScalarType.Float64,
        ["F32"] = ScalarType.Float32,
        ["F16"] = ScalarType.Float16,
        ["BF16"] = ScalarType.BFloat16,
        ["I64"] = ScalarType.Int64,
        ["I32"] = ScalarType.Int32,
        ["I16"] = ScalarType.Int16,
        ["I8"] = ScalarType.Int8,
        ["U8"] = ScalarType.Byte,
        ["BOOL"] = ScalarType.Bool,
        ["C64"] = ScalarType.ComplexFloat32,
        ["F8_E4M3"] = ScalarTypes.Float8E4M3,
        ["F8_E5M2"] = ScalarTypes.Float8E5M2,
        ["U16"] = ScalarTypes.UInt16,
        ["U32"] = ScalarTypes.UInt32,
        ["U64"] = ScalarTypes.UInt64,
    };

    private readonly string _path;

    private SafetensorsHeader(string path) => _path = path;

    /// <summary>The tensors in the order of the file's header.</summary>
    public OrderedDictionary<string, SafetensorsEntry> Entries { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Where the tensors' bytes begin in the file.</summary>
    public long DataStart { get; private set; }

    /// <summary>The format's name of an element type.</summary>
    public static string TypeName(ScalarType type) =>
        s_types.FirstOrDefault(t => t.Value == type).Key
        ?? throw new SafetensorsException($"safetensors has no element type for {type}; convert the tensor first.");

    /// <summary>Reads and checks the header of a file of the given length.</summary>
    /// <exception cref="SafetensorsException">Anything is not as the format demands.</exception>
    public static SafetensorsHeader Read(Stream stream, long fileLength, string path)
    {
        var header = new SafetensorsHeader(path);
        if (fileLength < 8)
        {
            throw header.Fault($"the file has {fileLength} bytes, the header's length alone takes 8; it is truncated");
        }
        Span<byte> prefix = stackalloc byte[8];
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MostHeaderBytes)
        {
            throw header.Fault(
                $"the header claims {length} bytes, at most {MostHeaderBytes} are allowed; this is no safetensors file"
            );
        }
        if ((long)length > fileLength - 8)
        {
            throw header.Fault(
                $"the header claims {length} bytes, the file has {fileLength - 8} after the length; it is truncated"
            );
        }
        var json = new byte[length];
        stream.ReadExactly(json);
        header.DataStart = 8 + (long)length;
        header.Parse(json);
        header.CheckLayout(fileLength - header.DataStart);
        return header;
    }

    private SafetensorsException Fault(string what, Exception? inner = null) =>
        inner is null ? new($"{_path}: {what}.") : new($"{_path}: {what}.", inner);

    private void Parse(byte[] json)
    {
        if (json.Length == 0 || json[0] != (byte)'{')
        {
            throw Fault(
                json.Length == 0
                    ? "the header is empty, it must be a JSON object"
                    : $"the header begins with byte 0x{json[0]:x2}, expected '{{' (0x7b)"
            );
        }
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(json);
        }
        catch (DecoderFallbackException e)
        {
            throw Fault("the header is not UTF-8", e);
        }
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json.AsMemory(0, json.AsSpan().TrimEnd((byte)' ').Length));
        }
        catch (JsonException e)
        {
            throw Fault($"the header is no JSON ({e.Message.TrimEnd('.')})", e);
        }
        using (document)
        {
            var seenMetadata = false;
            foreach (var member in document.RootElement.EnumerateObject())
            {
                var name = Text(() => member.Name, "a tensor's name");
                if (name == MetadataKey)
                {
                    if (seenMetadata)
                    {
                        throw Fault($"the key '{MetadataKey}' occurs twice");
                    }
                    seenMetadata = true;
                    ParseMetadata(member.Value);
                }
                else if (!Entries.TryAdd(name, ParseEntry(name, member.Value)))
                {
                    throw Fault($"the tensor '{name}' occurs twice");
                }
            }
        }
    }

    private string Text(Func<string?> read, string what)
    {
        try
        {
            return read() ?? throw Fault($"{what} is null");
        }
        catch (InvalidOperationException e)
        {
            // A lone surrogate escape is valid JSON and no text.
            throw Fault($"{what} is no valid text", e);
        }
    }

    private void ParseMetadata(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Fault($"'{MetadataKey}' is a JSON {value.ValueKind}, expected an object of strings");
        }
        foreach (var member in value.EnumerateObject())
        {
            var name = Text(() => member.Name, "a metadata key");
            if (member.Value.ValueKind != JsonValueKind.String)
            {
                throw Fault($"metadata '{name}' is a JSON {member.Value.ValueKind}, expected a string");
            }
            if (!Metadata.TryAdd(name, Text(() => member.Value.GetString(), $"metadata '{name}'")))
            {
                throw Fault($"metadata '{name}' occurs twice");
            }
        }
    }

    private SafetensorsEntry ParseEntry(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Fault(
                $"tensor '{name}' is a JSON {value.ValueKind}, expected an object of dtype, shape and data_offsets"
            );
        }
        string? typeName = null;
        long[]? shape = null;
        long[]? offsets = null;
        foreach (var member in value.EnumerateObject())
        {
            var field = Text(() => member.Name, $"a field of tensor '{name}'");
            var twice = field switch
            {
                "dtype" => typeName is not null,
                "shape" => shape is not null,
                "data_offsets" => offsets is not null,
                _ => throw Fault(
                    $"tensor '{name}' has the unknown field '{field}', expected dtype, shape and data_offsets"
                ),
            };
            if (twice)
            {
                throw Fault($"tensor '{name}' has the field '{field}' twice");
            }
            switch (field)
            {
                case "dtype":
                    if (member.Value.ValueKind != JsonValueKind.String)
                    {
                        throw Fault($"tensor '{name}': dtype is a JSON {member.Value.ValueKind}, expected a string");
                    }
                    typeName = Text(() => member.Value.GetString(), $"tensor '{name}': dtype");
                    break;
                case "shape":
                    shape = Numbers(name, field, member.Value);
                    break;
                default:
                    offsets = Numbers(name, field, member.Value);
                    break;
            }
        }
        if (typeName is null || shape is null || offsets is null)
        {
            throw Fault(
                $"tensor '{name}' lacks {(typeName is null ? "dtype" : shape is null ? "shape" : "data_offsets")}"
            );
        }
        if (!s_types.TryGetValue(typeName, out var type))
        {
            throw Fault(
                $"tensor '{name}' has the dtype '{typeName}', expected one of {string.Join(", ", s_types.Keys)}"
            );
        }
        if (offsets.Length != 2 || offsets[1] < offsets[0])
        {
            throw Fault(
                $"tensor '{name}' has data_offsets [{string.Join(", ", offsets)}], expected a begin and an end not before it"
            );
        }
        CheckSize(name, typeName, type, shape, offsets);
        return new SafetensorsEntry(name, type, shape, offsets[0], offsets[1]);
    }

    private void CheckSize(string name, string typeName, ScalarType type, long[] shape, long[] offsets)
    {
        if (shape.Length > TensorLayout.MostDimensions)
        {
            throw Fault(
                $"tensor '{name}' has {shape.Length} dimensions, at most {TensorLayout.MostDimensions} are possible"
            );
        }
        if (TensorLayout.Bytes(shape, ScalarTypes.Size(type)) is not { } bytes)
        {
            throw Fault($"tensor '{name}': shape [{string.Join(", ", shape)}] of {typeName} overflows 64 bits");
        }
        if (bytes != offsets[1] - offsets[0])
        {
            throw Fault(
                $"tensor '{name}': shape [{string.Join(", ", shape)}] of {typeName} takes {bytes} bytes, data_offsets [{string.Join(", ", offsets)}] give {offsets[1] - offsets[0]}"
            );
        }
    }

    private long[] Numbers(string name, string field, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Fault($"tensor '{name}': {field} is a JSON {value.ValueKind}, expected a list of whole numbers");
        }
        var numbers = new long[value.GetArrayLength()];
        var i = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out var number) || number < 0)
            {
                throw Fault($"tensor '{name}': {field} contains {Short(item)}, expected whole numbers from 0");
            }
            numbers[i++] = number;
        }
        return numbers;
    }

    private static string Short(JsonElement item)
    {
        var raw = item.GetRawText();
        return raw.Length <= 40 ? raw : raw[..40] + "...";
    }

    /// <summary>The tensors must follow each other without gap or overlap and end with the file.</summary>
    private void CheckLayout(long available)
    {
        var end = 0L;
        SafetensorsEntry? previous = null;
        foreach (var entry in Entries.Values.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.Begin < end)
            {
                throw Fault(
                    $"tensor '{entry.Name}' begins at byte {entry.Begin}, within '{previous!.Name}' that ends at {end}"
                );
            }
            if (entry.Begin > end)
            {
                throw Fault(
                    $"tensor '{entry.Name}' begins at byte {entry.Begin}, expected {end}; the bytes between belong to nothing"
                );
            }
            if (entry.End > available)
            {
                throw Fault(
                    $"tensor '{entry.Name}' ends at byte {entry.End}, the file holds {available} bytes of data; it is truncated"
                );
            }
            (end, previous) = (entry.End, entry);
        }
        if (end != available)
        {
            throw Fault(
                $"the tensors end at byte {end}, the file holds {available} bytes of data; {available - end} too many"
            );
        }
    }
}

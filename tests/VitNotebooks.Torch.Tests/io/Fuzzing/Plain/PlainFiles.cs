using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace VitNotebooks.Fuzzing;

/// <summary>Plain readings of the formats that are a table of tensors.</summary>
internal static class PlainFiles
{
    /// <summary>A safetensors file: tensors by name.</summary>
    public static Dictionary<string, object?> Safetensors(byte[] file)
    {
        var length = checked((int)BinaryPrimitives.ReadInt64LittleEndian(file));
        var tensors = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, node) in JsonNode.Parse(file.AsSpan(8, length))!.AsObject())
        {
            if (name == "__metadata__")
            {
                continue;
            }

            long[] Numbers(string field) => [.. node![field]!.AsArray().Select(number => number!.GetValue<long>())];
            var (begin, end) = (Numbers("data_offsets")[0], Numbers("data_offsets")[1]);
            var tensor = PlainTensor.Dense(
                SafetensorsType(node!["dtype"]!.GetValue<string>()),
                Numbers("shape"),
                file[(int)(8 + length + begin)..(int)(8 + length + end)]
            );
            tensors.Add(name, tensor);
        }
        return tensors;
    }

    private static ScalarType SafetensorsType(string name) =>
        (ScalarType)(
            name switch
            {
                "U8" => 0,
                "I8" => 1,
                "I16" => 2,
                "I32" => 3,
                "I64" => 4,
                "F16" => 5,
                "F32" => 6,
                "F64" => 7,
                "C64" => 9,
                "BOOL" => 11,
                "BF16" => 15,
                "F8_E5M2" => 23,
                "F8_E4M3" => 24,
                "U16" => 27,
                "U32" => 28,
                "U64" => 29,
                _ => throw new InvalidDataException($"'{name}' is no type."),
            }
        );

    /// <summary>An archive of arrays: tensors by name; an array whose check sum is not the directory's is no answer.</summary>
    public static Dictionary<string, object?> Npz(byte[] file) =>
        PlainZip
            .Read(file)
            .ToDictionary(
                entry => entry.Key[..^".npy".Length],
                entry =>
                {
                    var content = entry.Value.Content();
                    return PlainBytes.Crc(content) == entry.Value.Sum
                        ? (object?)PlainNumpy.Read(content)
                        : throw new InvalidDataException($"The check sum of '{entry.Key}' is another.");
                },
                StringComparer.Ordinal
            );

    /// <summary>TorchSharp's state dict: tensors by name.</summary>
    public static Dictionary<string, object?> Dat(byte[] file)
    {
        using var reader = new BinaryReader(new MemoryStream(file), Encoding.UTF8);
        var tensors = new Dictionary<string, object?>(StringComparer.Ordinal);
        for (var left = reader.Read7BitEncodedInt64(); left > 0; left--)
        {
            var name = reader.ReadString();
            var type = (ScalarType)reader.Read7BitEncodedInt64();
            var shape = new long[reader.Read7BitEncodedInt64()];
            for (var d = 0; d < shape.Length; d++)
            {
                shape[d] = reader.Read7BitEncodedInt64();
            }

            var bytes = checked((int)(shape.Aggregate(1L, (a, b) => checked(a * b)) * PlainTensor.WidthOf(type)));
            var elements = reader.ReadBytes(bytes);
            if (elements.Length < bytes)
            {
                throw new EndOfStreamException();
            }

            tensors.Add(name, PlainTensor.Dense(type, shape, elements));
        }
        return tensors;
    }
}

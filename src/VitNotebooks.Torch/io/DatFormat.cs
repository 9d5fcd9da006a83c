using TorchSharp;
using TorchSharp.Dispatch;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>
/// TorchSharp's .dat format of a state dict: the number of entries as LEB128; for each its name as .NET writes strings, the
/// element type, the number of dimensions and each dimension as LEB128, and the elements in order, little endian.
/// </summary>
internal static class DatFormat
{
    private const int MostDimensions = 64;

    public static void Write(BinaryWriter writer, IReadOnlyCollection<KeyValuePair<string, Tensor>> tensors)
    {
        WriteNumber(writer, tensors.Count);
        foreach (var (name, tensor) in tensors)
        {
            writer.Write(name);
            WriteTensor(writer, tensor);
        }
    }

    public static void WriteTensor(BinaryWriter writer, Tensor tensor)
    {
        WriteNumber(writer, (long)tensor.dtype);
        var shape = tensor.shape;
        WriteNumber(writer, shape.Length);
        foreach (var length in shape)
        {
            WriteNumber(writer, length);
        }
        writer.Flush();
        tensor.WriteBytesToStream(writer.BaseStream);
    }

    /// <summary>Reads all entries; the tensors are in the caller's scope.</summary>
    /// <exception cref="InvalidDataException">The stream is not in this format.</exception>
    public static Dictionary<string, Tensor> Read(BinaryReader reader)
    {
        var count = ReadNumber(reader, "number of entries");
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        for (var i = 0L; i < count; i++)
        {
            string name;
            try
            {
                name = reader.ReadString();
            }
            catch (Exception e) when (e is EndOfStreamException or FormatException)
            {
                throw new InvalidDataException(
                    $"The .dat stream ends within entry {i + 1} of {count}; it is truncated or no state dict of TorchSharp's.",
                    e
                );
            }
            if (!tensors.TryAdd(name, ReadTensor(reader, name)))
            {
                throw new InvalidDataException($"The .dat stream contains '{name}' twice.");
            }
        }
        return tensors;
    }

    public static Tensor ReadTensor(BinaryReader reader, string name)
    {
        var type = ReadNumber(reader, $"element type of '{name}'");
        if (type > sbyte.MaxValue || !Enum.IsDefined((ScalarType)type))
        {
            throw new InvalidDataException($"The .dat stream gives '{name}' the unknown element type {type}.");
        }
        var rank = ReadNumber(reader, $"number of dimensions of '{name}'");
        if (rank > MostDimensions)
        {
            throw new InvalidDataException(
                $"The .dat stream gives '{name}' {rank} dimensions; at most {MostDimensions} are possible."
            );
        }
        var shape = new long[rank];
        var elements = 1L;
        for (var i = 0; i < rank; i++)
        {
            shape[i] = ReadNumber(reader, $"shape of '{name}'");
            try
            {
                elements = checked(elements * shape[i]);
            }
            catch (OverflowException e)
            {
                throw new InvalidDataException($"The .dat stream gives '{name}' an impossible shape.", e);
            }
        }
        var stream = reader.BaseStream;
        if (stream.CanSeek && elements > stream.Length - stream.Position)
        {
            throw new InvalidDataException(
                $"The .dat stream is truncated: '{name}' has {elements} elements, {stream.Length - stream.Position} bytes are left."
            );
        }
        var tensor = Aten.empty_memory_format(shape, dtype: (ScalarType)type);
        try
        {
            tensor.ReadBytesFromStream(stream);
        }
        catch (EndOfStreamException e)
        {
            tensor.Dispose();
            throw new InvalidDataException(
                $"The .dat stream ends within the elements of '{name}'; it is truncated.",
                e
            );
        }
        return tensor;
    }

    private static void WriteNumber(BinaryWriter writer, long value) => writer.Write7BitEncodedInt64(value);

    private static long ReadNumber(BinaryReader reader, string what)
    {
        long value;
        try
        {
            value = reader.Read7BitEncodedInt64();
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException(
                $"The .dat stream ends or breaks off at the {what}; it is truncated or no state dict of TorchSharp's.",
                e
            );
        }
        return value >= 0
            ? value
            : throw new InvalidDataException($"The .dat stream gives a negative {what}: {value}.");
    }
}

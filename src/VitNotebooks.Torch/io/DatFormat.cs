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
            catch (Exception e) when (e is IOException or FormatException)
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
        if (is_quantized((ScalarType)type))
        {
            throw new InvalidDataException(
                $"The .dat stream gives '{name}' the quantized element type {(ScalarType)type}, whose scale the format does not hold; save dequantize() of it."
            );
        }
        var rank = ReadNumber(reader, $"number of dimensions of '{name}'");
        if (rank > TensorLayout.MostDimensions)
        {
            throw new InvalidDataException(
                $"The .dat stream gives '{name}' {rank} dimensions; at most {TensorLayout.MostDimensions} are possible."
            );
        }
        var shape = new long[rank];
        for (var i = 0; i < rank; i++)
        {
            shape[i] = ReadNumber(reader, $"shape of '{name}'");
        }
        if (TensorLayout.Bytes(shape, ScalarTypes.Size((ScalarType)type)) is not { } bytes)
        {
            throw new InvalidDataException(
                $"The .dat stream gives '{name}' the impossible shape [{string.Join(", ", shape)}]."
            );
        }
        var stream = reader.BaseStream;
        if (stream.CanSeek && bytes > stream.Length - stream.Position)
        {
            throw new InvalidDataException(
                $"The .dat stream is truncated: '{name}' takes {bytes} bytes, {stream.Length - stream.Position} are left."
            );
        }
        try
        {
            return Elements(stream, shape, (ScalarType)type, bytes);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException(
                $"The .dat stream ends within the elements of '{name}'; it is truncated.",
                e
            );
        }
    }

    private static Tensor Elements(Stream stream, long[] shape, ScalarType type, long bytes)
    {
        // A stream that cannot seek does not say how long it is: then memory grows with what has come, not with what is claimed.
        const int Trusted = 1 << 24;
        using var read = stream.CanSeek || bytes <= Trusted ? null : Collect(stream, bytes);
        var tensor = TensorBytes.Empty(shape, type);
        try
        {
            TensorBytes.ReadFrom(read ?? stream, tensor);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    private static MemoryStream Collect(Stream stream, long bytes)
    {
        if (bytes > Array.MaxLength)
        {
            throw new InvalidDataException(
                $"The .dat stream claims a tensor of {bytes} bytes and cannot seek; save it to a file and load that."
            );
        }
        var collected = new MemoryStream();
        var part = new byte[1 << 20];
        for (var left = bytes; left > 0; )
        {
            var n = (int)Math.Min(left, part.Length);
            stream.ReadExactly(part, 0, n);
            collected.Write(part, 0, n);
            left -= n;
        }
        collected.Position = 0;
        return collected;
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

using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>Reads and writes numpy's .npy files: one array of numbers.</summary>
/// <remarks>
/// All of numpy's whole numbers, floats, complex numbers and truth values, either byte order, C's or Fortran's order of elements; the tensor is
/// contiguous. uint16 comes as int32, uint32 as int64, uint64 as int64 where its values fit. Records and Python objects are refused.
/// </remarks>
[BeyondTorchSharp]
public static class Npy
{
    /// <summary>Reads the array to the CPU, in the caller's dispose scope.</summary>
    /// <exception cref="TensorFileException">The file is damaged or holds other than numbers.</exception>
    public static Tensor Load(string path)
    {
        using var source = ByteSource.Open(path);
        return Load(source);
    }

    /// <inheritdoc cref="Load(string)"/>
    /// <param name="bytes">The file's content.</param>
    /// <param name="name">What messages call it.</param>
    public static Tensor Load(ReadOnlyMemory<byte> bytes, string name = "memory")
    {
        using var source = ByteSource.Of(bytes, name);
        return Load(source);
    }

    /// <summary>Writes a tensor of any device and layout, in C's order.</summary>
    /// <param name="path">The file. It is written under a temporary name, flushed and renamed: when this throws, what was there stays.</param>
    /// <param name="tensor">Its elements; bfloat16 must be converted first, numpy has none.</param>
    /// <exception cref="TensorFileException">numpy has no such element type.</exception>
    public static void Save(string path, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var header = NpyHeader.Write(tensor.shape, tensor.dtype, path);
        DurableFile.Write(path, stream => Write(stream, header, tensor));
    }

    internal static void Write(Stream stream, byte[] header, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        stream.Write(header);
        tensor.detach().resolve_conj().resolve_neg().WriteBytesToStream(stream);
    }

    private static Tensor Load(ByteSource source)
    {
        using var stream = source.Stream(0, source.Length);
        return Read(stream, source.Length, source.Name);
    }

    /// <summary>Reads an array from a stream whose length is known.</summary>
    internal static Tensor Read(Stream stream, long length, string name)
    {
        using var scope = NewDisposeScope();
        try
        {
            var header = NpyHeader.Read(stream, length, name);
            var raw = TensorBytes.Empty(
                NumpyTypes.Stored(header.Shape, header.Fortran),
                NumpyTypes.Held(header.Element.Type)
            );
            TensorBytes.ReadFrom(stream, raw);
            return scope.MoveToOuter(NumpyTypes.Finish(raw, header.Element, header.Fortran));
        }
        catch (EndOfStreamException e)
        {
            throw new TensorFileException($"{name}: the file ends within its array; it is truncated.", e);
        }
    }
}

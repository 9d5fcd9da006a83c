using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Dispatch;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>What the formats share: tensors filled from bytes, and the order of bytes in an element.</summary>
internal static class TensorBytes
{
    /// <summary>A tensor on the CPU whose bytes the caller fills; the size must be checked against what is there before.</summary>
    public static Tensor Empty(ReadOnlySpan<long> shape, ScalarType type)
    {
        RequireKnown(type);
        return Aten.empty_memory_format(shape, dtype: type, device: CPU);
    }

    /// <summary>A tensor of bytes that are in memory already.</summary>
    public static Tensor From(ReadOnlySpan<byte> bytes, ReadOnlySpan<long> shape, ScalarType type)
    {
        var tensor = Empty(shape, type);
        if (bytes.Length > 0)
        {
            bytes.CopyTo(tensor.bytes);
        }
        return tensor;
    }

    /// <summary>Fills a new, contiguous tensor from a stream that may end early.</summary>
    /// <exception cref="EndOfStreamException">It does.</exception>
    public static unsafe void ReadFrom(Stream stream, Tensor tensor)
    {
        var left = tensor.NumberOfElements * tensor.ElementSize;
        for (var at = left == 0 ? null : (byte*)tensor.DataPointer(); left > 0; )
        {
            var n = (int)Math.Min(left, 1 << 20);
            stream.ReadExactly(new Span<byte>(at, n));
            at += n;
            left -= n;
        }
        GC.KeepAlive(tensor);
    }

    /// <summary>Turns the bytes of every element round, for files from machines with the other byte order.</summary>
    public static unsafe void Swap(Tensor tensor)
    {
        var bytes = tensor.NumberOfElements * tensor.ElementSize;
        if (bytes == 0)
        {
            return;
        }
        var width = (int)tensor.ElementSize / (is_complex(tensor.dtype) ? 2 : 1);
        var at = (byte*)tensor.DataPointer();
        // Steps that every width divides, so that a tensor of any length fits into spans.
        const long Step = 1 << 24;
        for (var done = 0L; done < bytes; done += Step)
        {
            var part = new Span<byte>(at + done, (int)Math.Min(Step, bytes - done));
            switch (width)
            {
                case 2:
                    var two = MemoryMarshal.Cast<byte, short>(part);
                    BinaryPrimitives.ReverseEndianness(two, two);
                    break;
                case 4:
                    var four = MemoryMarshal.Cast<byte, int>(part);
                    BinaryPrimitives.ReverseEndianness(four, four);
                    break;
                case 8:
                    var eight = MemoryMarshal.Cast<byte, long>(part);
                    BinaryPrimitives.ReverseEndianness(eight, eight);
                    break;
            }
        }
        GC.KeepAlive(tensor);
    }

    /// <summary>Element types that TorchSharp's list does not name have a place in libtorch since: 8-bit floats 2.1, unsigned
    /// whole numbers 2.3.</summary>
    /// <exception cref="TorchNotImplementedException">The libtorch at hand is older.</exception>
    public static void RequireKnown(ScalarType type)
    {
        var since = (int)type switch
        {
            23 or 24 => new Version(2, 1),
            25 or 26 => new Version(2, 2),
            27 or 28 or 29 => new Version(2, 3),
            _ => null,
        };
        if (since is not null && s_libtorch.Value < since)
        {
            throw new TorchNotImplementedException(
                $"Elements of type {ScalarTypes.Name(type)} need libtorch {since} or newer, this is {s_libtorch.Value}; convert the file to float16 or float32, or name a newer libtorch in VITNB_LIBTORCH."
            );
        }
    }

    private static readonly Lazy<Version> s_libtorch = new(() =>
    {
        var parts = TorchSharp.Native.Core.LibtorchVersion.Split('.', '+', 'a', '-');
        return new Version(
            int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture),
            int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture)
        );
    });
}

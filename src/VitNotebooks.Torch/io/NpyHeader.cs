using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>
/// The header of a .npy file: magic, version, length, and a Python dictionary of <c>descr</c>, <c>fortran_order</c> and <c>shape</c> as
/// text. Everything is checked here, so that what is read afterwards can be trusted.
/// </summary>
/// <remarks>The format: numpy/lib/format.py, versions 1.0 to 3.0.</remarks>
internal sealed record NpyHeader(NumpyElement Element, bool Fortran, long[] Shape, long Bytes)
{
    private const int MostHeaderBytes = 1 << 20;
    private const int Alignment = 64;

    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads and checks the header; the stream stands at the elements afterwards.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="length">Its length, header included.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="TensorFileException">Anything is not as the format demands, or the elements are no numbers.</exception>
    public static NpyHeader Read(Stream stream, long length, string name)
    {
        TensorFileException Fault(string what) => new($"{name}: {what}.");
        if (length < 10)
        {
            throw Fault($"the file has {length} bytes, a numpy file at least 10; it is truncated");
        }
        Span<byte> start = stackalloc byte[8];
        stream.ReadExactly(start);
        if (!start[..6].SequenceEqual(Magic))
        {
            throw Fault(
                $"the file begins with {Convert.ToHexStringLower(start[..6])}, a numpy file with 934e554d5059; it is of another kind"
            );
        }
        int version = start[6];
        if (version is < 1 or > 3)
        {
            throw Fault(
                $"the file is of numpy's format {version}.{start[7]}, known are 1 to 3; save it again with numpy.save"
            );
        }
        var width = version == 1 ? 2 : 4;
        Span<byte> lengthBytes = stackalloc byte[4];
        lengthBytes.Clear();
        if (length < 8 + width)
        {
            throw Fault($"the file of {length} bytes ends before its header; it is truncated");
        }
        stream.ReadExactly(lengthBytes[..width]);
        long headerLength = BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (headerLength > length - 8 - width || headerLength > MostHeaderBytes)
        {
            throw Fault(
                $"the header claims {headerLength} bytes, the file has {length - 8 - width} after the length and at most {MostHeaderBytes} are read; it is truncated or damaged"
            );
        }
        var text = new byte[headerLength];
        stream.ReadExactly(text);
        var header = Parse((version == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(text), Fault);
        var available = length - 8 - width - headerLength;
        if (header.Bytes > available)
        {
            throw Fault(
                $"shape ({string.Join(", ", header.Shape)}) of {header.Element.Type} takes {header.Bytes} bytes, the file has {available}; it is truncated"
            );
        }
        return header;
    }

    private static NpyHeader Parse(string text, Func<string, TensorFileException> fault)
    {
        var fields =
            PythonLiteral.ReadDictionary(text)
            ?? throw fault("the header is no Python dictionary; the file is damaged");
        if (
            fields.Count != 3
            || !fields.TryGetValue("descr", out var descr)
            || !fields.TryGetValue("fortran_order", out var order)
            || !fields.TryGetValue("shape", out var shapeValue)
        )
        {
            throw fault(
                $"the header has the keys {string.Join(", ", fields.Keys.Select(Short))}, expected descr, fortran_order and shape"
            );
        }
        if (descr is not string code)
        {
            throw fault("the elements are records (a structured array); save each field as an array of its own");
        }
        if (NumpyTypes.Parse(code) is not { } element)
        {
            throw fault(
                code.TrimStart('<', '>', '|', '=').StartsWith('O')
                    ? "the elements are Python objects; save numbers, or the objects with torch.save"
                    : $"the elements are of type '{Short(code)}'; read are whole numbers, floats, complex numbers and truth values"
            );
        }
        if (order is not bool fortran)
        {
            throw fault("fortran_order is neither True nor False; the file is damaged");
        }
        if (shapeValue is not object?[] items || !Array.TrueForAll(items, i => i is long and >= 0))
        {
            throw fault("the shape is no tuple of whole numbers from 0; the file is damaged");
        }
        var shape = Array.ConvertAll(items, i => (long)i!);
        if (shape.Length > TensorLayout.MostDimensions || TensorLayout.Bytes(shape, element.Width) is not { } bytes)
        {
            throw fault(
                $"the shape ({string.Join(", ", shape.Take(TensorLayout.MostDimensions))}) has over {TensorLayout.MostDimensions} dimensions or 2^63 bytes; the file is damaged"
            );
        }
        return new NpyHeader(element, fortran, shape, bytes);
    }

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "...";

    /// <summary>The header for a tensor that is written in C's order.</summary>
    /// <exception cref="TensorFileException">numpy has no such element type.</exception>
    public static byte[] Write(long[] shape, ScalarType type, string name)
    {
        var code =
            NumpyTypes.Code(type)
            ?? throw new TensorFileException(
                $"{name}: numpy has no element type for {ScalarTypes.Name(type)}; convert the tensor first, for example to float32. Nothing was written."
            );
        var lengths = string.Join(", ", shape.Select(l => l.ToString(CultureInfo.InvariantCulture)));
        var text =
            $"{{'descr': '{code}', 'fortran_order': False, 'shape': ({lengths}{(shape.Length == 1 ? "," : "")}), }}";
        // 64 dimensions of 20 digits each stay far below version 1's 65,535 bytes.
        var whole = (10 + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        var header = new byte[whole];
        Array.Fill(header, (byte)' ');
        Magic.CopyTo(header);
        (header[6], header[7]) = (1, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(whole - 10));
        Encoding.ASCII.GetBytes(text, header.AsSpan(10));
        header[^1] = (byte)'\n';
        return header;
    }
}

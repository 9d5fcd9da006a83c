using System.Buffers.Binary;
using System.Text;

namespace VitNotebooks.Files;

/// <summary>The bytes of a pickle in order. What claims a length is checked against what is left before memory is taken.</summary>
internal sealed class PickleBytes(ByteSource source, long start)
{
    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);
    private readonly byte[] _buffer = new byte[(int)Math.Clamp(source.Length - start, 0, 1 << 16)];
    private int _at;
    private int _filled;
    private long _next = start;

    /// <summary>The place of the next byte in the source.</summary>
    public long Position => _next - (_filled - _at);

    public string Name => source.Name;

    public TensorFileException Fault(string what, Exception? inner = null)
    {
        var message = $"{source.Name}: {what} (byte {Position} of the pickle).";
        return inner is null ? new(message) : new(message, inner);
    }

    public byte Byte()
    {
        if (_at == _filled)
        {
            _filled = (int)Math.Min(_buffer.Length, source.Length - _next);
            _at = 0;
            if (_filled <= 0)
            {
                _filled = 0;
                throw Fault("the pickle ends without its last mark; the file is truncated");
            }
            source.Read(_next, _buffer.AsSpan(0, _filled));
            _next += _filled;
        }
        return _buffer[_at++];
    }

    public byte[] Bytes(long count)
    {
        if (count < 0 || count > source.Length - Position)
        {
            throw Fault(
                $"the pickle claims {count} bytes, {source.Length - Position} are left; the file is truncated or damaged"
            );
        }
        if (count > Array.MaxLength)
        {
            throw Fault($"the pickle holds one value of {count} bytes, more than is read in one piece");
        }
        var bytes = new byte[count];
        var ready = (int)Math.Min(count, _filled - _at);
        _buffer.AsSpan(_at, ready).CopyTo(bytes);
        _at += ready;
        if (ready < count)
        {
            source.Read(_next, bytes.AsSpan(ready));
            _next += count - ready;
        }
        return bytes;
    }

    public int U16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public int I32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));

    public long U32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public long I64() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(8));

    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Bytes(8));

    /// <summary>A length of eight bytes; what does not fit is as wrong as one that is too long.</summary>
    public long Length64()
    {
        var length = I64();
        return length >= 0 ? length : throw Fault("the pickle claims a value of over 2^63 bytes; the file is damaged");
    }

    public string Text(long bytes) => Decode(Bytes(bytes));

    public string Decode(byte[] bytes)
    {
        try
        {
            return s_utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw Fault("a text is no UTF-8; the file is damaged", e);
        }
    }

    /// <summary>Text or, where it is none, bytes: what Python 2 called a string.</summary>
    public object OldString(long length)
    {
        var bytes = Bytes(length);
        try
        {
            return s_utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return bytes;
        }
    }

    /// <summary>The rest of a line, without its end.</summary>
    public string Line()
    {
        var line = new MemoryStream();
        for (byte next; (next = Byte()) != (byte)'\n'; )
        {
            line.WriteByte(next);
        }
        return Decode(line.ToArray());
    }
}

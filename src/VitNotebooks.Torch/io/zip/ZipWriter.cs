using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace VitNotebooks.Files;

/// <summary>
/// Writes a zip archive to a stream that can seek. Entries are stored at multiples of 64 bytes, as PyTorch does, so that others can
/// map them, or deflated; sizes beyond 32 bits take zip64 fields.
/// </summary>
internal sealed class ZipWriter(Stream stream)
{
    private const int Alignment = 64;
    private const int HeaderLength = 30;
    private const int Zip64Length = 20; // id, size, two lengths
    private readonly List<(byte[] Name, uint Crc, long Packed, long Length, long Offset, bool Deflated)> _written = [];

    /// <summary>Adds an entry whose bytes <paramref name="fill"/> writes.</summary>
    public void Add(string name, Action<Stream> fill, bool deflate = false)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        var offset = stream.Position;
        var begin = offset + HeaderLength + bytes.Length + Zip64Length + 4;
        var padding = deflate ? 0 : (int)((Alignment - (begin % Alignment)) % Alignment);
        var header = new byte[HeaderLength + bytes.Length + Zip64Length + 4 + padding];
        stream.Write(header);
        var summed = new SummingStream(stream);
        if (deflate)
        {
            using var packer = new DeflateStream(summed.Target, CompressionLevel.Optimal, leaveOpen: true);
            summed.Redirect(packer);
            fill(summed);
        }
        else
        {
            fill(summed);
        }
        var end = stream.Position;
        var packed = end - offset - header.Length;
        FillHeader(header, bytes, summed, packed, padding, deflate);
        stream.Position = offset;
        stream.Write(header);
        stream.Position = end;
        _written.Add((bytes, summed.Sum, packed, summed.Count, offset, deflate));
    }

    public void Add(string name, byte[] content) => Add(name, s => s.Write(content));

    private static void FillHeader(
        byte[] header,
        byte[] name,
        SummingStream summed,
        long packed,
        int padding,
        bool deflate
    )
    {
        var big = packed >= uint.MaxValue || summed.Count >= uint.MaxValue;
        U32(header, 0, 0x04034b50);
        U16(header, 4, big ? 45 : 20);
        U16(header, 6, 0x800); // names are UTF-8
        U16(header, 8, deflate ? 8 : 0);
        U16(header, 12, 0x21); // 1 January 1980: the same content is the same file
        U32(header, 14, summed.Sum);
        U32(header, 18, big ? uint.MaxValue : (uint)packed);
        U32(header, 22, big ? uint.MaxValue : (uint)summed.Count);
        U16(header, 26, name.Length);
        U16(header, 28, Zip64Length + 4 + padding);
        name.CopyTo(header, HeaderLength);
        var extra = HeaderLength + name.Length;
        // The room for zip64 is there before the size is known; where it is not needed, it is padding like the rest.
        U16(header, extra, big ? 1 : 0x4246);
        U16(header, extra + 2, 16);
        if (big)
        {
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(extra + 4), summed.Count);
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(extra + 12), packed);
        }
        U16(header, extra + Zip64Length, 0x4246); // "FB": PyTorch's padding
        U16(header, extra + Zip64Length + 2, padding);
    }

    /// <summary>Writes the table of contents; nothing may follow.</summary>
    public void Finish()
    {
        var start = stream.Position;
        foreach (var (name, crc, packed, length, offset, deflated) in _written)
        {
            var big = packed >= uint.MaxValue || length >= uint.MaxValue || offset >= uint.MaxValue;
            var record = new byte[46 + name.Length + (big ? 28 : 0)];
            U32(record, 0, 0x02014b50);
            U16(record, 4, 45);
            U16(record, 6, big ? 45 : 20);
            U16(record, 8, 0x800);
            U16(record, 10, deflated ? 8 : 0);
            U16(record, 14, 0x21);
            U32(record, 16, crc);
            U32(record, 20, big ? uint.MaxValue : (uint)packed);
            U32(record, 24, big ? uint.MaxValue : (uint)length);
            U16(record, 28, name.Length);
            U16(record, 30, big ? 28 : 0);
            U32(record, 42, big ? uint.MaxValue : (uint)offset);
            name.CopyTo(record, 46);
            if (big)
            {
                var extra = record.AsSpan(46 + name.Length);
                BinaryPrimitives.WriteUInt16LittleEndian(extra, 1);
                BinaryPrimitives.WriteUInt16LittleEndian(extra[2..], 24);
                BinaryPrimitives.WriteInt64LittleEndian(extra[4..], length);
                BinaryPrimitives.WriteInt64LittleEndian(extra[12..], packed);
                BinaryPrimitives.WriteInt64LittleEndian(extra[20..], offset);
            }
            stream.Write(record);
        }
        WriteEnd(start, stream.Position - start);
    }

    private void WriteEnd(long start, long size)
    {
        var big = _written.Count >= 0xFFFF || start >= uint.MaxValue || size >= uint.MaxValue;
        if (big)
        {
            var place = stream.Position;
            var record = new byte[56 + 20];
            U32(record, 0, 0x06064b50);
            BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(4), 44);
            U16(record, 12, 45);
            U16(record, 14, 45);
            BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(24), _written.Count);
            BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(32), _written.Count);
            BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(40), size);
            BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(48), start);
            U32(record, 56, 0x07064b50);
            BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(64), place);
            U32(record, 72, 1);
            stream.Write(record);
        }
        var end = new byte[22];
        U32(end, 0, 0x06054b50);
        U16(end, 8, big ? 0xFFFF : _written.Count);
        U16(end, 10, big ? 0xFFFF : _written.Count);
        U32(end, 12, big ? uint.MaxValue : (uint)size);
        U32(end, 16, big ? uint.MaxValue : (uint)start);
        stream.Write(end);
    }

    private static void U16(byte[] bytes, int at, int value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)value);

    private static void U32(byte[] bytes, int at, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);

    /// <summary>Counts and sums what passes.</summary>
    private sealed class SummingStream(Stream target) : Stream
    {
        public Stream Target { get; private set; } = target;

        public uint Sum { get; private set; }

        public long Count { get; private set; }

        public void Redirect(Stream stream) => Target = stream;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Sum = Crc32.Add(Sum, buffer);
            Count += buffer.Length;
            Target.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => Count;

        public override long Position
        {
            get => Count;
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}

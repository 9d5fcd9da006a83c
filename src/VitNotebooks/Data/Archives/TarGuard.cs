namespace VitNotebooks.Data.Archives;

/// <summary>
/// The bytes of a tar on their way to the reader: counted, so that a few bytes of gzip cannot become endless ones; and with an eye on what the
/// reader would take into memory whole, which are the headers that hold long names.
/// </summary>
/// <param name="inner">The tar's bytes.</param>
/// <param name="archive">What messages call it.</param>
/// <param name="seen">Hears how many bytes have passed, before they are used; may throw.</param>
internal sealed class TarGuard(Stream inner, string archive, Action<long> seen) : Stream
{
    private const int Block = 512;
    private const int MaxMetadata = 1 << 20; // a name of a megabyte is none

    private long _position;

    /// <summary>Whether the source gave out: for a whole tar its end mark comes first.</summary>
    public bool GaveOut { get; private set; }

    /// <summary>Whether what is read is a file's content and no header.</summary>
    public bool IsContent { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var isHeader = !IsContent && buffer.Length == Block && _position % Block == 0;
        var read = isHeader ? inner.ReadAtLeast(buffer, Block, throwOnEndOfStream: false) : inner.Read(buffer);
        GaveOut |= buffer.Length > 0 && (read == 0 || (isHeader && read < Block));
        _position += read;
        seen(_position);
        if (isHeader && read == Block)
        {
            CheckMetadata(buffer);
        }

        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // Types x and g are pax's attributes, L and K GNU's long names.
    private void CheckMetadata(ReadOnlySpan<byte> header)
    {
        if ((char)header[156] is not ('x' or 'g' or 'L' or 'K'))
        {
            return;
        }

        var digits = header.Slice(124, 12).Trim(" \0"u8);
        long size = 0;
        foreach (var digit in digits)
        {
            size =
                digit is >= (byte)'0' and <= (byte)'7' && size <= MaxMetadata
                    ? (size * 8) + (digit - '0')
                    : long.MaxValue / 16;
        }

        if (size > MaxMetadata)
        {
            throw new ArchiveTooLargeException(
                $"{archive}: a header of names of more than {MaxMetadata:N0} bytes at byte {_position - Block:N0}. Nothing was unpacked; do not "
                    + "trust this file.",
                archive
            );
        }
    }
}

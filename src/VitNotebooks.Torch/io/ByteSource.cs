using Microsoft.Win32.SafeHandles;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>
/// Bytes that can be read anywhere: a file or memory. A file is read and not mapped: one that someone shortens meanwhile
/// then ends a read with an exception, where a mapping would end the process.
/// </summary>
internal abstract class ByteSource : IDisposable
{
    private const int Step = 1 << 24;

    /// <summary>What messages call it: the path.</summary>
    public string Name { get; private init; } = "";

    public long Length { get; private init; }

    /// <exception cref="IOException">The file is missing or no regular file.</exception>
    public static ByteSource Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            return new FileBytes(handle) { Name = path, Length = RandomAccess.GetLength(handle) };
        }
        catch (NotSupportedException e)
        {
            handle.Dispose();
            throw new TensorFileException($"{path} is no regular file; copy it to one first.", e);
        }
    }

    public static ByteSource Of(ReadOnlyMemory<byte> bytes, string name) =>
        new MemoryBytes(bytes) { Name = name, Length = bytes.Length };

    protected abstract int ReadSome(long offset, Span<byte> target);

    /// <summary>Fills the target with the bytes from an offset on.</summary>
    /// <exception cref="EndOfStreamException">The file has become shorter, or was it all along.</exception>
    public void Read(long offset, Span<byte> target)
    {
        while (target.Length > 0)
        {
            var n =
                offset < 0 || offset >= Length
                    ? 0
                    : ReadSome(offset, target[..(int)Math.Min(target.Length, Length - offset)]);
            if (n <= 0)
            {
                throw new EndOfStreamException(
                    $"{Name}: {target.Length} more bytes were expected at byte {offset}, the file ends there; it is truncated, or became shorter while it was read."
                );
            }
            offset += n;
            target = target[n..];
        }
    }

    /// <summary>Fills memory of any length.</summary>
    public unsafe void Read(long offset, IntPtr target, long length)
    {
        for (var done = 0L; done < length; )
        {
            var n = (int)Math.Min(length - done, Step);
            Read(offset + done, new Span<byte>((byte*)target + done, n));
            done += n;
        }
    }

    /// <summary>The bytes as a stream that leaves the source open.</summary>
    public Stream Stream(long offset, long length) => new ByteRange(this, offset, length);

    public virtual void Dispose() { }

    private sealed class FileBytes(SafeFileHandle handle) : ByteSource
    {
        protected override int ReadSome(long offset, Span<byte> target) => RandomAccess.Read(handle, target, offset);

        public override void Dispose() => handle.Dispose();
    }

    private sealed class MemoryBytes(ReadOnlyMemory<byte> bytes) : ByteSource
    {
        protected override int ReadSome(long offset, Span<byte> target)
        {
            bytes.Span.Slice((int)offset, target.Length).CopyTo(target);
            return target.Length;
        }
    }

    private sealed class ByteRange(ByteSource source, long offset, long length) : Stream
    {
        private long _position;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => length;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var n = (int)Math.Min(buffer.Length, length - _position);
            source.Read(offset + _position, buffer[..n]);
            _position += n;
            return n;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>Reads and writes numpy's .npz archives: arrays of numbers by name, packed or not.</summary>
[BeyondTorchSharp]
public static class Npz
{
    private const string Ending = ".npy";

    /// <summary>Reads all arrays to the CPU, in the caller's dispose scope; each as <see cref="Npy.Load(string)"/> reads it.</summary>
    /// <exception cref="TensorFileException">The archive or an array in it is damaged, or holds other than numbers.</exception>
    public static Dictionary<string, Tensor> Load(string path)
    {
        using var source = ByteSource.Open(path);
        return Load(source);
    }

    /// <inheritdoc cref="Load(string)"/>
    /// <param name="bytes">The archive's content.</param>
    /// <param name="name">What messages call it.</param>
    public static Dictionary<string, Tensor> Load(ReadOnlyMemory<byte> bytes, string name = "memory")
    {
        using var source = ByteSource.Of(bytes, name);
        return Load(source);
    }

    /// <summary>Writes arrays as numpy.savez does, or as numpy.savez_compressed.</summary>
    /// <param name="path">The file. It is written under a temporary name, flushed and renamed: when this throws, what was there stays.</param>
    /// <param name="tensors">Names and tensors.</param>
    /// <param name="compressed">Whether the arrays are packed.</param>
    /// <exception cref="TensorFileException">numpy has no such element type; nothing was written.</exception>
    public static void Save(string path, IReadOnlyDictionary<string, Tensor> tensors, bool compressed = false)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var headers = tensors.ToDictionary(
            t => t.Key,
            t => NpyHeader.Write(t.Value.shape, t.Value.dtype, $"{path}, '{t.Key}'"),
            StringComparer.Ordinal
        );
        DurableFile.Write(
            path,
            stream =>
            {
                var zip = new ZipWriter(stream);
                foreach (var (name, tensor) in tensors)
                {
                    zip.Add(name + Ending, target => Npy.Write(target, headers[name], tensor), compressed);
                }
                zip.Finish();
            }
        );
    }

    private static Dictionary<string, Tensor> Load(ByteSource source)
    {
        using var scope = NewDisposeScope();
        var directory = ZipDirectory.Read(source);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var entry in directory.Entries.Values)
        {
            if (!entry.Name.EndsWith(Ending, StringComparison.Ordinal))
            {
                throw new TensorFileException(
                    $"{source.Name}: the archive contains '{entry.Name}', expected arrays only (names ending in .npy); if torch.save wrote it, read it with PthFile.Load."
                );
            }
            tensors.Add(entry.Name[..^Ending.Length], Read(source, directory, entry));
        }
        foreach (var tensor in tensors.Values)
        {
            scope.MoveToOuter(tensor);
        }
        return tensors;
    }

    private static Tensor Read(ByteSource source, ZipDirectory directory, ZipEntry entry)
    {
        try
        {
            using var stream = new CheckedStream(directory.Open(entry));
            var tensor = Npy.Read(stream, entry.Length, $"{source.Name}, '{entry.Name}'");
            stream.CopyTo(Stream.Null);
            if (stream.Count != entry.Length)
            {
                throw new TensorFileException(
                    $"{source.Name}: '{entry.Name}' unpacks to {stream.Count} bytes, the archive says {entry.Length}; the file is damaged."
                );
            }
            return stream.Sum == entry.Crc
                ? tensor
                : throw new TensorFileException(
                    $"{source.Name}: the check sum of '{entry.Name}' is {stream.Sum:x8}, the archive says {entry.Crc:x8}; the file is damaged."
                );
        }
        catch (InvalidDataException e)
        {
            throw new TensorFileException($"{source.Name}: '{entry.Name}' does not unpack; the file is damaged.", e);
        }
    }

    /// <summary>Sums up and counts what is read through it.</summary>
    private sealed class CheckedStream(Stream inner) : Stream
    {
        public uint Sum { get; private set; }

        public long Count { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            var n = inner.Read(buffer);
            Sum = Crc32.Add(Sum, buffer[..n]);
            Count += n;
            return n;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}

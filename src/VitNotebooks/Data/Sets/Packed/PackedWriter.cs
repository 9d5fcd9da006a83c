using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using VitNotebooks.Files;

namespace VitNotebooks.Data;

/// <summary>Writes a packed file front to back, hashing what it writes.</summary>
internal sealed class PackedWriter
{
    // Images that are made beside each other before they are written in order.
    private const int Chunk = 64;

    private readonly IImageDataset _data;
    private readonly PackOptions _options;
    private readonly PackedSet? _set;
    private readonly string _path;
    private readonly Stream _stream;
    private readonly IncrementalHash _hash;
    private readonly ConcurrentBag<PixelBuffer> _buffers = [];
    private long _written;
    private int _width;
    private int _height;

    private PackedWriter(
        string path,
        IImageDataset data,
        PackOptions options,
        PackedSet? set,
        Stream stream,
        IncrementalHash hash
    ) => (_path, _data, _options, _set, _stream, _hash) = (path, data, options, set, stream, hash);

    public static void Write(
        string path,
        IImageDataset data,
        PackOptions options,
        PackedSet? set,
        IProgress<int>? progress,
        CancellationToken cancel
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(data);
        options.Check();
        if (data.Count == 0)
        {
            throw new ArgumentException($"{data.Name} has no images, so there is nothing to pack.", nameof(data));
        }
        if (options.Records == PackedRecords.Files && data.ReadFile(0) is null)
        {
            throw new ArgumentException(
                $"{data.Name} has no file an image, so PackedRecords.Files cannot keep them; take Pixels or Jpeg.",
                nameof(options)
            );
        }
        var full = Path.GetFullPath(path);
        CheckFolder(full);
        try
        {
            DurableFile.Write(
                full,
                stream =>
                {
                    using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                    new PackedWriter(full, data, options, set, stream, hash).Write(progress, cancel);
                }
            );
        }
        catch (IOException e) when (FreeSpace.IsUsedUp(e))
        {
            var folder = Path.GetDirectoryName(full)!;
            throw new DiskFullException(
                $"{full}: the disk of {folder} is full ({e.Message.TrimEnd('.')}), and nothing of it is kept. Make room there, or choose another folder.",
                folder,
                e
            );
        }
    }

    /// <summary>Throws where the folder of a file is missing.</summary>
    public static void CheckFolder(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                $"{folder}: no such folder, so {Path.GetFileName(path)} cannot be written there. Make it first."
            );
        }
    }

    /// <summary>Removes what a killed process left of this file; nobody else may be writing it.</summary>
    public static void RemoveLeftOvers(string path)
    {
        var name = Path.GetFileName(path);
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, $".{name}.*.vitnb-partial"))
        {
            File.Delete(file);
        }
    }

    private void Write(IProgress<int>? progress, CancellationToken cancel)
    {
        var places = new long[_data.Count + 1];
        var records = new byte[Chunk][];
        for (var first = 0; first < _data.Count; first += Chunk)
        {
            var count = Math.Min(Chunk, _data.Count - first);
            Make(first, count, records, cancel);
            for (var i = 0; i < count; i++)
            {
                if (first + i == 0)
                {
                    Begin();
                }
                places[first + i] = _written;
                Append(records[i]);
            }
            progress?.Report(first + count);
        }
        places[^1] = _written;
        End(places);
    }

    private void Make(int first, int count, byte[][] records, CancellationToken cancel)
    {
        if (first == 0 && _options.Records == PackedRecords.Pixels)
        {
            records[0] = Make(0); // decides the size of all
        }
        try
        {
            Parallel.For(
                0,
                count,
                new ParallelOptions { CancellationToken = cancel },
                i => records[i] = Make(first + i)
            );
        }
        catch (AggregateException e)
        {
            // Of several faults the one of the first image, whichever thread was faster, cannot be told; one is enough.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private byte[] Make(int index)
    {
        if (_options.Records == PackedRecords.Files)
        {
            return _data.ReadFile(index)
                ?? throw new DataException($"{_data.Source(index)}: no file of its own; pack with Pixels or Jpeg.");
        }
        var buffer = _buffers.TryTake(out var used) ? used : new PixelBuffer();
        try
        {
            _data.ReadInto(index, buffer);
            var shorter = Math.Min(buffer.Width, buffer.Height);
            // Pixels want one size, so that a smaller image is enlarged; a JPEG keeps its own.
            if (
                _options.ShorterSide is { } side
                && (shorter > side || (shorter < side && _options.Records == PackedRecords.Pixels))
            )
            {
                new Resize(side, Interpolation.Bicubic).Apply(buffer, new TorchRandom(0));
            }
            if (_options.Records == PackedRecords.Jpeg)
            {
                return buffer.ToImage().ToJpeg(_options.Quality);
            }
            if (_options.CenterSquare)
            {
                new CenterCrop(Math.Min(buffer.Width, buffer.Height)).Apply(buffer, new TorchRandom(0));
            }
            if (index == 0)
            {
                (_width, _height) = (buffer.Width, buffer.Height);
            }
            return (buffer.Width, buffer.Height) == (_width, _height)
                ? buffer.Pixels.ToArray()
                : throw new DataException(
                    $"{_data.Source(index)} is {buffer.Width} x {buffer.Height}, and the first image {_width} x {_height}; "
                        + "PackedRecords.Pixels wants one size: set ShorterSide and CenterSquare, or pack as Jpeg or Files."
                );
        }
        finally
        {
            _buffers.Add(buffer);
        }
    }

    private void Begin()
    {
        if (_options.Records == PackedRecords.Pixels)
        {
            FreeSpace.Check(3L * _width * _height * _data.Count, Path.GetDirectoryName(_path)!, _path);
        }
        Span<byte> begin = stackalloc byte[PackedLayout.BeginBytes];
        PackedLayout.WriteBegin(begin, _options.Records, _width, _height);
        Append(begin);
    }

    private void End(long[] places)
    {
        var labelsAt = _written;
        Span<byte> number = stackalloc byte[8];
        for (var i = 0; i < _data.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, _data.Label(i));
            Append(number[..4]);
        }
        if (_options.Records != PackedRecords.Pixels)
        {
            foreach (var place in places)
            {
                BinaryPrimitives.WriteInt64LittleEndian(number, place);
                Append(number);
            }
        }
        var descriptionAt = _written;
        var header = new PackedHeader(_data.Name, _data.Identity, _options.ToString(), _data.Classes, _set);
        Append(JsonSerializer.SerializeToUtf8Bytes(header));
        var layout = new PackedLayout(
            _options.Records,
            _width,
            _height,
            labelsAt,
            _data.Count,
            descriptionAt,
            _written - descriptionAt
        );
        Span<byte> end = stackalloc byte[PackedLayout.EndBytes - PackedLayout.HashBytes];
        layout.WriteEnd(end);
        Append(end);
        var hash = _hash.GetHashAndReset();
        Append(hash);
        try
        {
            _stream.Flush();
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw FreeSpace.TooLarge(e);
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _stream.Write(bytes);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw FreeSpace.TooLarge(e);
        }
        _hash.AppendData(bytes);
        _written += bytes.Length;
    }
}

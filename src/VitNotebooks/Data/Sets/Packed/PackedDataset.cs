using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using VitNotebooks.Data.Codecs;

namespace VitNotebooks.Data;

/// <summary>
/// A dataset in one file that is mapped into memory: no folder to walk, no file to open an image, and for <see cref="PackedRecords.Pixels"/> nothing to
/// decode. The file carries labels, class names, an index, the identity of what was packed and a hash over all; it gets its name only when it
/// is whole. <c>vitnb data pack</c> writes one.
/// </summary>
/// <example><code>
/// PackedDataset.Write("train.vitpack", data.Train, new PackOptions { Records = PackedRecords.Jpeg, ShorterSide = 256 });
/// using var train = PackedDataset.Open("train.vitpack");
/// </code></example>
public sealed class PackedDataset : IImageDataset, IDisposable
{
    private readonly PackedMap _map;
    private readonly PackedLayout _layout;
    private readonly PackedHeader _header;
    private readonly int[] _labels;
    private readonly long[] _places;
    private readonly DecodeLimits _limits;
    private readonly ConcurrentDictionary<int, BrokenImage> _broken = new();

    private PackedDataset(PackedMap map, DecodeLimits limits)
    {
        (_map, _limits) = (map, limits);
        using PackedMap.Reader file = map.Enter();
        _layout = PackedLayout.Read(
            file[0, PackedLayout.BeginBytes],
            file[map.Length - PackedLayout.EndBytes, PackedLayout.EndBytes],
            map.Length,
            map.Path
        );
        _header = ReadHeader(file[_layout.DescriptionAt, _layout.DescriptionLength], map.Path);
        _labels = MemoryMarshal.Cast<byte, int>(file[_layout.LabelsAt, 4 * _layout.Count]).ToArray();
        _places =
            Records == PackedRecords.Pixels
                ? []
                : MemoryMarshal.Cast<byte, long>(file[_layout.PlacesAt, 8 * (_layout.Count + 1)]).ToArray();
        CheckIndex();
        Hash = Convert.ToHexStringLower(file[map.Length - PackedLayout.HashBytes, PackedLayout.HashBytes]);
    }

    /// <inheritdoc/>
    public string Name => _header.Name;

    /// <inheritdoc/>
    public int Count => (int)_layout.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => _header.Classes;

    /// <summary>What a record is.</summary>
    public PackedRecords Records => _layout.Records;

    /// <summary>SHA-256 of the file's content, lower case, as the file states it; <see cref="Verify"/> computes it.</summary>
    public string Hash { get; }

    /// <inheritdoc/>
    /// <remarks>Where files are kept as they are it is that of the dataset that was packed: the images are the same bits.</remarks>
    public string Identity =>
        Records == PackedRecords.Files
            ? _header.Identity
            : $"{_header.Identity} [packed: {_header.Options}, sha256:{Hash[..32]}]";

    /// <inheritdoc/>
    public IReadOnlyList<BrokenImage> Broken => [.. _broken.OrderBy(pair => pair.Key).Select(pair => pair.Value)];

    /// <summary>Opens a file; ends, labels and index are checked, the records' bytes only by <see cref="Verify"/>.</summary>
    /// <param name="path">As <see cref="Write"/> made it.</param>
    /// <param name="limits">For decoding.</param>
    /// <exception cref="DatasetNotFoundException">No such file.</exception>
    /// <exception cref="DatasetFormatException">It is no packed dataset, of another version, cut, or contradicts itself.</exception>
    public static PackedDataset Open(string path, DecodeLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new DatasetNotFoundException(
                $"{Path.GetFullPath(path)}: no such file; write one with vitnb data pack or PackedDataset.Write."
            );
        }
        var map = new PackedMap(path);
        try
        {
            return new PackedDataset(map, limits ?? DecodeLimits.Default);
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

    /// <summary>Computes the hash over the whole file (about a second a gigabyte).</summary>
    /// <exception cref="DatasetFormatException">It is not the one that the file states.</exception>
    public void Verify()
    {
        using PackedMap.Reader file = _map.Enter();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        const int Block = 1 << 22;
        long end = _map.Length - PackedLayout.HashBytes;
        for (long at = 0; at < end; at += Block)
        {
            hash.AppendData(file[at, Math.Min(Block, end - at)]);
        }
        string found = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (found != Hash)
        {
            throw PackedLayout.Wrong(_map.Path, $"its SHA-256 is {found}, and it states {Hash}: it was damaged");
        }
    }

    /// <inheritdoc/>
    public int Label(int index) => _labels[index];

    /// <inheritdoc/>
    public RgbImage Read(int index)
    {
        var buffer = new PixelBuffer();
        ReadInto(index, buffer);
        return buffer.ToImage();
    }

    /// <inheritdoc/>
    public void ReadInto(int index, PixelBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        using PackedMap.Reader file = _map.Enter();
        ReadOnlySpan<byte> record = Record(file, index);
        if (Records == PackedRecords.Pixels)
        {
            record.CopyTo(buffer.Reset(_layout.Width, _layout.Height));
            return;
        }
        try
        {
            ImageCodecs.Decode(record, Source(index), _limits, buffer);
        }
        catch (ImageFileException e)
        {
            _broken[index] = new BrokenImage(e.File, e.Message);
            throw;
        }
    }

    /// <inheritdoc/>
    public CropBox ReadPart(int index, Func<int, int, CropBox> choose, (int Width, int Height) size, PixelBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(choose);
        ArgumentNullException.ThrowIfNull(buffer);
        if (Records == PackedRecords.Pixels)
        {
            ReadInto(index, buffer);
            return choose(buffer.Width, buffer.Height);
        }
        using PackedMap.Reader file = _map.Enter();
        try
        {
            return ImageCodecs.DecodeRegion(
                Record(file, index),
                Source(index),
                header => choose(header.Width, header.Height),
                size.Width,
                size.Height,
                _limits,
                buffer
            );
        }
        catch (ImageFileException e)
        {
            _broken[index] = new BrokenImage(e.File, e.Message);
            throw;
        }
    }

    /// <inheritdoc/>
    public byte[]? ReadFile(int index)
    {
        if (Records == PackedRecords.Pixels)
        {
            return null;
        }
        using PackedMap.Reader file = _map.Enter();
        return Record(file, index).ToArray();
    }

    /// <inheritdoc/>
    public string Source(int index) => $"{_map.Path}, record {index}";

    /// <summary>Unmaps the file; no image may be read any more.</summary>
    public void Dispose() => _map.Dispose();

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}: {Count:N0} images, {Classes.Count} classes, packed ({_header.Options})";

    /// <summary>Writes a dataset into one file. Images are read and encoded on all processors, and written in order.</summary>
    /// <param name="path">Gets its name only when it is whole; an older file stays until then.</param>
    /// <param name="data">What is packed.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Hears how many images are written.</param>
    /// <param name="cancel">Stops; nothing is left behind.</param>
    /// <exception cref="ArgumentException">The options do not fit each other or the images.</exception>
    /// <exception cref="ImageFileException">An image cannot be read.</exception>
    public static void Write(
        string path,
        IImageDataset data,
        PackOptions? options = null,
        IProgress<int>? progress = null,
        CancellationToken cancel = default
    ) => PackedWriter.Write(path, data, options ?? new PackOptions(), progress, cancel);

    private ReadOnlySpan<byte> Record(PackedMap.Reader file, int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return Records == PackedRecords.Pixels
            ? file[PackedLayout.BeginBytes + (index * _layout.RecordBytes), _layout.RecordBytes]
            : file[_places[index], _places[index + 1] - _places[index]];
    }

    private static PackedHeader ReadHeader(ReadOnlySpan<byte> description, string path)
    {
        try
        {
            PackedHeader? header = JsonSerializer.Deserialize<PackedHeader>(description);
            return header is { Name: not null, Identity: not null, Options: not null, Classes.Count: > 0 }
                ? header
                : throw PackedLayout.Wrong(path, "its description lacks name, identity, options or classes");
        }
        catch (JsonException e)
        {
            throw PackedLayout.Wrong(path, $"its description is no JSON ({e.Message.TrimEnd('.')})");
        }
    }

    private void CheckIndex()
    {
        int wrong = _labels.AsSpan().IndexOfAnyExceptInRange(0, Classes.Count - 1);
        if (wrong >= 0)
        {
            throw PackedLayout.Wrong(
                _map.Path,
                $"record {wrong} has label {_labels[wrong]}, expected 0..{Classes.Count - 1}"
            );
        }
        for (int i = 1; i < _places.Length; i++)
        {
            (long from, long to) = (_places[i - 1], _places[i]);
            if (from < PackedLayout.BeginBytes || to > _layout.LabelsAt || to < from || to - from > int.MaxValue)
            {
                throw PackedLayout.Wrong(
                    _map.Path,
                    $"record {i - 1} lies at {from:N0}..{to:N0}, expected within {PackedLayout.BeginBytes}..{_layout.LabelsAt:N0}"
                );
            }
        }
    }
}

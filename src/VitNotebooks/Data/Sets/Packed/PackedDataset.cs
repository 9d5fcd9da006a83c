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
/// <remarks>A file holds one split, or a whole set with all its splits, which <see cref="Datasets.Open(string, string)"/> opens by the file's path.</remarks>
/// <example><code>
/// PackedDataset.Write("flowers.vitpack", Datasets.Open("flowers102"), new PackOptions { Records = PackedRecords.Jpeg, ShorterSide = 256 });
/// var data = Datasets.Open("flowers.vitpack");
/// </code></example>
public sealed class PackedDataset : IImageDataset, IDisposable
{
    private readonly PackedMap _map;
    private readonly PackedLayout _layout;
    private readonly PackedHeader _header;
    private readonly int[] _labels;
    private readonly long[] _places;
    private readonly DecodeOptions _decode;
    private readonly BrokenSoFar _broken = new();

    private PackedDataset(PackedMap map, DecodeOptions decode)
    {
        (_map, _decode) = (map, decode);
        using var file = map.Enter();
        _layout = PackedLayout.Read(
            file[0, PackedLayout.BeginBytes],
            file[map.Length - PackedLayout.EndBytes, PackedLayout.EndBytes],
            map.Length,
            map.Path
        );
        _header = ReadHeader(file[_layout.DescriptionAt, _layout.DescriptionLength], map.Path);
        if (_header.Set?.Fault(_layout.Count) is { } fault)
        {
            throw PackedLayout.Wrong(map.Path, fault);
        }
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
    public string Identity => IdentityOf(_header.Identity);

    /// <summary>How it was packed, as <see cref="PackOptions.ToString"/> says it.</summary>
    public string Options => _header.Options;

    /// <summary>The version of the file's format, which this package reads and writes.</summary>
    public static int Version => PackedLayout.Version;

    /// <summary>The file's length in bytes.</summary>
    public long Bytes => _map.Length;

    /// <summary>Names of the splits of a whole set, in the order of their records; empty for a file of one split.</summary>
    public IReadOnlyList<string> Splits => [.. _header.Set?.Splits.Select(split => split.Role) ?? []];

    /// <inheritdoc/>
    public IReadOnlyList<BrokenImage> Broken => BrokenWithin(0, Count);

    /// <summary>Opens a file; ends, labels and index are checked, the records' bytes only by <see cref="Verify"/>.</summary>
    /// <param name="path">As a <c>Write</c> made it.</param>
    /// <param name="decode">How records that are files are decoded; default <see cref="DecodeOptions.Default"/>. Pixels were decoded when they were packed.</param>
    /// <exception cref="DatasetNotFoundException">No such file.</exception>
    /// <exception cref="DatasetFormatException">It is no packed dataset, of another version, cut, or contradicts itself.</exception>
    public static PackedDataset Open(string path, DecodeOptions? decode = null)
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
            return new PackedDataset(map, (decode ?? DecodeOptions.Default).Validated());
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

    /// <summary>Opens a whole set.</summary>
    /// <param name="path">As <see cref="Write(string, VisionData, PackOptions, IProgress{int}, CancellationToken)"/> or <c>vitnb data pack</c> made it.</param>
    /// <param name="decode">How records that are files are decoded; default <see cref="DecodeOptions.Default"/>. Pixels were decoded when they were packed.</param>
    /// <returns>The set as it was packed: name, splits, preprocessing, and the identities where files are kept as they are. Without augmentation.</returns>
    /// <exception cref="DatasetNotFoundException">No such file, or one split alone is in it.</exception>
    /// <exception cref="DatasetFormatException">It is no packed dataset, of another version, cut, or contradicts itself.</exception>
    public static VisionData OpenSet(string path, DecodeOptions? decode = null)
    {
        var file = Open(path, decode);
        if (file._header.Set is not { } set)
        {
            var name = file.Name;
            file.Dispose();
            throw new DatasetNotFoundException(
                $"{Path.GetFullPath(path)} holds one split ({name}), and a set has one for training and one for testing. "
                    + "Open it with PackedDataset.Open, or pack the whole set: vitnb data pack."
            );
        }
        var at = 0;
        var splits = new Dictionary<string, IImageDataset>(StringComparer.Ordinal);
        foreach (var split in set.Splits)
        {
            splits[split.Role] = new PackedSplitImages(file, split, at);
            at += split.Count;
        }
        return new VisionData
        {
            Name = set.Name,
            Train = splits[PackedSet.Train],
            Validation = splits.GetValueOrDefault(PackedSet.Validation),
            Test = splits[PackedSet.Test],
            Preprocessing = set.Preprocessing,
            Statistics = set.Statistics,
            Notes = [.. set.Notes ?? [], .. file.DecodingNotes()],
        };
    }

    /// <summary>Whether a file begins as a packed dataset does; false for a missing file.</summary>
    public static bool IsPacked(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }
        using var file = File.OpenHandle(path);
        Span<byte> begin = stackalloc byte[PackedLayout.BeginBytes];
        return RandomAccess.Read(file, begin, 0) == begin.Length && PackedLayout.BeginsSo(begin);
    }

    /// <summary>Computes the hash over the whole file (about a second a gigabyte).</summary>
    /// <exception cref="DatasetFormatException">It is not the one that the file states.</exception>
    public void Verify()
    {
        using var file = _map.Enter();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        const int Block = 1 << 22;
        var end = _map.Length - PackedLayout.HashBytes;
        for (long at = 0; at < end; at += Block)
        {
            hash.AppendData(file[at, Math.Min(Block, end - at)]);
        }
        var found = Convert.ToHexStringLower(hash.GetHashAndReset());
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
        using var file = _map.Enter();
        var record = Record(file, index);
        if (Records == PackedRecords.Pixels)
        {
            record.CopyTo(buffer.Reset(_layout.Width, _layout.Height));
            return;
        }
        try
        {
            ImageCodecs.Decode(record, Source(index), _decode, buffer);
        }
        catch (ImageFileException e)
        {
            _broken.Add(index, e.File, e.Message);
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
        using var file = _map.Enter();
        try
        {
            return ImageCodecs.DecodeRegion(Record(file, index), Source(index), choose, size, _decode, buffer);
        }
        catch (ImageFileException e)
        {
            _broken.Add(index, e.File, e.Message);
            throw;
        }
    }

    /// <inheritdoc/>
    public byte[]? ReadFile(int index)
    {
        if (Records == PackedRecords.Pixels || _decode.ChangesPixels)
        {
            return null;
        }
        using var file = _map.Enter();
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
    ) => PackedWriter.Write(path, data, options ?? new PackOptions(), null, progress, cancel);

    /// <summary>Writes a whole set into one file: all splits, classes, preprocessing. Augmentation and pipelines of one's own are training's and not kept.</summary>
    /// <param name="path">Gets its name only when it is whole; an older file stays until then.</param>
    /// <param name="data">What is packed.</param>
    /// <param name="options">How; default <see cref="PackOptions.For"/>.</param>
    /// <param name="progress">Hears how many images are written.</param>
    /// <param name="cancel">Stops; nothing is left behind.</param>
    /// <exception cref="ArgumentException">The options do not fit each other or the images.</exception>
    /// <exception cref="ImageFileException">An image cannot be read.</exception>
    /// <exception cref="DataException">The images do not fit into one file; the sentence says why.</exception>
    /// <exception cref="DiskFullException">There is no room for it.</exception>
    public static void Write(
        string path,
        VisionData data,
        PackOptions? options = null,
        IProgress<int>? progress = null,
        CancellationToken cancel = default
    )
    {
        ArgumentNullException.ThrowIfNull(data);
        PackedWriter.Write(
            path,
            new PackedSplits(data),
            options ?? PackOptions.For(data),
            PackedSet.Describe(data),
            progress,
            cancel
        );
    }

    /// <summary>
    /// As <see cref="Write(string, VisionData, PackOptions, IProgress{int}, CancellationToken)"/> where the file does not yet hold this very set, packed this very
    /// way. Of several processes one writes, and the others wait for it.
    /// </summary>
    /// <param name="path">Gets its name only when it is whole.</param>
    /// <param name="data">What is packed.</param>
    /// <param name="options">How; default <see cref="PackOptions.For"/>.</param>
    /// <param name="progress">Hears how many images are written.</param>
    /// <param name="say">Hears which process is waited for, a sentence; null where nobody listens.</param>
    /// <param name="cancel">Stops; nothing is left behind.</param>
    /// <returns>False where it was there already.</returns>
    /// <exception cref="DataException">The path holds something else, which stays as it is.</exception>
    public static bool WriteOnce(
        string path,
        VisionData data,
        PackOptions? options = null,
        IProgress<int>? progress = null,
        Action<string>? say = null,
        CancellationToken cancel = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(data);
        var how = options ?? PackOptions.For(data);
        how.Check();
        var full = Path.GetFullPath(path);
        PackedWriter.CheckFolder(full);
        using var alone = FileLock.AcquireAsync(full + ".lock", null, say, cancel).GetAwaiter().GetResult();
        if (alone.Holds)
        {
            PackedWriter.RemoveLeftOvers(full);
        }
        if (!File.Exists(full))
        {
            Write(full, data, how, progress, cancel);
            return true;
        }
        if (!IsPacked(full))
        {
            throw new DataException($"{full} is there and no packed dataset; choose another file, or remove it.");
        }
        using var there = Open(full);
        var wanted = PackedSet.Describe(data);
        string[] differs =
        [
            .. Difference("name", there._header.Set?.Name, wanted.Name),
            .. Difference("packing", there.Options, how.ToString()),
            .. Difference(
                "preprocessing",
                there._header.Set?.Preprocessing.ToString(),
                wanted.Preprocessing.ToString()
            ),
            .. Difference("content", Text(there._header.Set), Text(wanted)),
        ];
        return differs.Length == 0
            ? false
            : throw new DataException(
                $"{full} holds another packed dataset: {string.Join("; ", differs)}. Choose another file, or remove it."
            );

        static IEnumerable<string> Difference(string what, string? there, string? here) =>
            there == here ? [] : [$"its {what} is {there ?? "that of one split"}, and not {here}"];
        static string? Text(PackedSet? set) =>
            set is null ? null : string.Join(", ", set.Splits.Select(s => $"{s.Role} of {s.Count:N0} ({s.Identity})"));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Remarks => [.. DecodingNotes()];

    // Pixels can no more be turned: what was asked for is not done, and that must be said.
    private IEnumerable<string> DecodingNotes() =>
        Records == PackedRecords.Pixels && _decode.ChangesPixels
            ?
            [
                $"{Name}: its pixels are as they were decoded when they were packed;{_decode.IdentityRemarks} does not apply. Pack a dataset that was opened so.",
            ]
            : [];

    internal string IdentityOf(string packed) =>
        (Records == PackedRecords.Files ? packed : $"{packed} [packed: {_header.Options}, sha256:{Hash[..32]}]")
        + (Records == PackedRecords.Pixels ? "" : _decode.IdentityRemarks);

    internal IReadOnlyList<BrokenImage> BrokenWithin(int first, int count) => _broken.Within(first, count);

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
            var header = JsonSerializer.Deserialize<PackedHeader>(description);
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
        var wrong = _labels.AsSpan().IndexOfAnyExceptInRange(0, Classes.Count - 1);
        if (wrong >= 0)
        {
            throw PackedLayout.Wrong(
                _map.Path,
                $"record {wrong} has label {_labels[wrong]}, expected 0..{Classes.Count - 1}"
            );
        }
        for (var i = 1; i < _places.Length; i++)
        {
            var (from, to) = (_places[i - 1], _places[i]);
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

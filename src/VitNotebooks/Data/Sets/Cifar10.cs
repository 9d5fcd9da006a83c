using System.Security.Cryptography;
using System.Text.Json;

namespace VitNotebooks.Data;

/// <summary>
/// CIFAR-10 (Krizhevsky 2009) in its binary layout: records of one label byte and 3,072 bytes of pixels, planes red, green, blue of 32 x 32; five training files
/// and a test file of 10,000 records each; class names in batches.meta.txt. The whole set is held in memory (184 MB). A folder that
/// <see cref="SyntheticShapes.WriteCifar"/> wrote has other counts, and says so in its layout.json.
/// </summary>
public sealed class Cifar10 : IImageDataset
{
    /// <summary>The folder's name in the published archive cifar-10-binary.tar.gz.</summary>
    public const string FolderName = "cifar-10-batches-bin";

    private const int Side = 32;
    private const int PixelBytes = Side * Side * 3;
    private const int RecordBytes = 1 + PixelBytes;
    private const string MetaName = "batches.meta.txt";
    private const string Remedy = "Extract the archive cifar-10-binary.tar.gz again.";

    private readonly string[] _files;
    private readonly int _recordsPerFile;
    private readonly byte[] _labels;
    private readonly byte[] _pixels;
    private readonly Lazy<string> _identity;

    private Cifar10(string folder, string split, string[] names, Layout layout, int recordsPerFile, string[] classes)
    {
        _files = [.. names.Select(n => Path.Combine(folder, n))];
        _recordsPerFile = recordsPerFile;
        _labels = new byte[names.Length * recordsPerFile];
        _pixels = GC.AllocateUninitializedArray<byte>(_labels.Length * PixelBytes);
        Name = $"{layout.Name}/{split}";
        Classes = classes;
        for (int f = 0; f < names.Length; f++)
        {
            ReadFile(f);
        }
        _identity = new Lazy<string>(() =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(_labels);
            hash.AppendData(_pixels);
            return $"{Name} sha256:{Convert.ToHexString(hash.GetHashAndReset())[..16].ToLowerInvariant()}";
        });
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Name and hash of all labels and pixels; computed when first asked for (about 0.2 s).</summary>
    public string Identity => _identity.Value;

    /// <summary>Reads both splits.</summary>
    /// <param name="root">The folder cifar-10-batches-bin, or the folder that holds it.</param>
    /// <exception cref="DatasetNotFoundException">No such folder, or a file of it is missing.</exception>
    /// <exception cref="DatasetFormatException">A file has a wrong size, or a record a label out of range.</exception>
    public static (Cifar10 Train, Cifar10 Test) Open(string root)
    {
        string folder = Find(root);
        Layout layout = Layout.Read(folder);
        string[] classes = ReadClasses(folder);
        string[] trainFiles = [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")];
        foreach (string name in trainFiles.Append("test_batch.bin"))
        {
            if (!File.Exists(Path.Combine(folder, name)))
            {
                throw new DatasetNotFoundException(
                    $"{folder}: {name} is missing; expected data_batch_1.bin .. data_batch_5.bin, test_batch.bin and {MetaName}. {Remedy}"
                );
            }
        }
        return (
            new Cifar10(folder, "train", trainFiles, layout, layout.TrainRecords, classes),
            new Cifar10(folder, "test", ["test_batch.bin"], layout, layout.TestRecords, classes)
        );
    }

    /// <summary>Whether the layout is there (not whether it is sound).</summary>
    public static bool IsPresent(string root) =>
        File.Exists(Path.Combine(root, FolderName, "data_batch_1.bin"))
        || File.Exists(Path.Combine(root, "data_batch_1.bin"));

    /// <inheritdoc/>
    public int Label(int index) => _labels[index];

    /// <inheritdoc/>
    public RgbImage Read(int index) => new(Side, Side, PixelsOf(index).ToArray());

    /// <inheritdoc/>
    public void ReadInto(int index, PixelBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        PixelsOf(index).CopyTo(buffer.Reset(Side, Side));
    }

    /// <inheritdoc/>
    public string Source(int index) => $"{_files[index / _recordsPerFile]}, record {index % _recordsPerFile}";

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Count:N0} images of 32 x 32, {Classes.Count} classes";

    /// <summary>Writes images of 32 x 32 in this layout; the test's images first, then the layout's description.</summary>
    internal static void Write(string folder, IImageDataset train, IImageDataset test, string name)
    {
        if (train.Count % 5 != 0)
        {
            throw new ArgumentException(
                $"CIFAR-10's layout has five training files of equal length; {train.Count} images do not divide by 5."
            );
        }
        Directory.CreateDirectory(folder);
        int perFile = train.Count / 5;
        for (int f = 0; f < 5; f++)
        {
            WriteFile(Path.Combine(folder, $"data_batch_{f + 1}.bin"), train, f * perFile, perFile);
        }
        WriteFile(Path.Combine(folder, "test_batch.bin"), test, 0, test.Count);
        File.WriteAllText(Path.Combine(folder, MetaName), string.Join('\n', train.Classes) + "\n");
        new Layout(name, perFile, test.Count).Write(folder);
    }

    private static void WriteFile(string path, IImageDataset data, int first, int count)
    {
        byte[] record = new byte[RecordBytes];
        var buffer = new PixelBuffer();
        using FileStream file = File.Create(path);
        for (int i = first; i < first + count; i++)
        {
            data.ReadInto(i, buffer);
            if (buffer.Width != Side || buffer.Height != Side)
            {
                throw new ArgumentException(
                    $"{data.Source(i)} is {buffer.Width} x {buffer.Height}; CIFAR-10's layout holds 32 x 32 only."
                );
            }
            record[0] = (byte)data.Label(i);
            ReadOnlySpan<byte> pixels = buffer.Pixels;
            for (int p = 0; p < Side * Side; p++)
            {
                record[1 + p] = pixels[3 * p];
                record[1 + (Side * Side) + p] = pixels[(3 * p) + 1];
                record[1 + (2 * Side * Side) + p] = pixels[(3 * p) + 2];
            }
            file.Write(record);
        }
    }

    private static string Find(string root)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        string inside = Path.Combine(root, FolderName);
        if (Directory.Exists(inside))
        {
            return inside;
        }
        if (File.Exists(Path.Combine(root, "data_batch_1.bin")))
        {
            return root;
        }
        string found = Directory.Exists(root) ? "has no such folder" : "does not exist";
        throw new DatasetNotFoundException(
            $"cifar10: expected a folder {FolderName} in {Path.GetFullPath(root)}, which {found}. "
                + "Extract cifar-10-binary.tar.gz there, or point VITNB_DATA at the folder that holds it; "
                + "Datasets.Open(\"shapes\") needs no files."
        );
    }

    private static string[] ReadClasses(string folder)
    {
        string path = Path.Combine(folder, MetaName);
        if (!File.Exists(path))
        {
            throw new DatasetNotFoundException($"{folder}: {MetaName} with the class names is missing. {Remedy}");
        }
        string[] classes = [.. File.ReadLines(path).Select(l => l.Trim()).Where(l => l.Length > 0)];
        if (classes.Length != 10)
        {
            throw new DatasetFormatException(
                $"{path}: {classes.Length} class names; expected 10, one a line. {Remedy}",
                path
            );
        }
        return classes;
    }

    private ReadOnlySpan<byte> PixelsOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _pixels.AsSpan(index * PixelBytes, PixelBytes);
    }

    private void ReadFile(int f)
    {
        string path = _files[f];
        using FileStream file = File.OpenRead(path);
        CheckSize(path, file.Length);
        byte[] block = new byte[RecordBytes * 100];
        int record = 0;
        while (record < _recordsPerFile)
        {
            int records = Math.Min(100, _recordsPerFile - record);
            file.ReadExactly(block, 0, records * RecordBytes);
            for (int i = 0; i < records; i++, record++)
            {
                ReadOnlySpan<byte> bytes = block.AsSpan(i * RecordBytes, RecordBytes);
                if (bytes[0] >= Classes.Count)
                {
                    throw new DatasetFormatException(
                        $"{path}: record {record} (offset {(long)record * RecordBytes:N0}) has label {bytes[0]}; expected 0..{Classes.Count - 1}. "
                            + $"The file is damaged or is not CIFAR-10. {Remedy}",
                        path
                    );
                }
                int index = (f * _recordsPerFile) + record;
                _labels[index] = bytes[0];
                Interleave(bytes[1..], _pixels.AsSpan(index * PixelBytes, PixelBytes));
            }
        }
    }

    private void CheckSize(string path, long length)
    {
        long expected = (long)_recordsPerFile * RecordBytes;
        if (length == expected)
        {
            return;
        }
        string found =
            length < expected
                ? $"it is truncated: it ends in record {length / RecordBytes:N0}, {expected - length:N0} bytes early"
                : $"it is oversized: {length - expected:N0} bytes follow the last record";
        throw new DatasetFormatException(
            $"{path}: {length:N0} bytes; expected {expected:N0} = {_recordsPerFile:N0} records of {RecordBytes:N0} bytes; {found}. {Remedy}",
            path
        );
    }

    private static void Interleave(ReadOnlySpan<byte> planes, Span<byte> pixels)
    {
        ReadOnlySpan<byte> red = planes[..(Side * Side)];
        ReadOnlySpan<byte> green = planes.Slice(Side * Side, Side * Side);
        ReadOnlySpan<byte> blue = planes.Slice(2 * Side * Side, Side * Side);
        for (
            int p = 0, to = 0;
            p < red.Length && p < green.Length && p < blue.Length && to + 2 < pixels.Length;
            p++, to += 3
        )
        {
            pixels[to] = red[p];
            pixels[to + 1] = green[p];
            pixels[to + 2] = blue[p];
        }
    }

    /// <summary>Name and record counts where they are not CIFAR-10's own.</summary>
    private sealed record Layout(string Name, int TrainRecords, int TestRecords)
    {
        private const string FileName = "layout.json";

        public static Layout Read(string folder)
        {
            string path = Path.Combine(folder, FileName);
            if (!File.Exists(path))
            {
                return new Layout("cifar10", 10_000, 10_000);
            }
            Layout? layout;
            try
            {
                layout = JsonSerializer.Deserialize<Layout>(File.ReadAllText(path));
            }
            catch (JsonException e)
            {
                throw new DatasetFormatException(
                    $"{path}: not the JSON expected ({e.Message}); expected Name, TrainRecords (a file) and TestRecords. Write the folder again.",
                    path
                );
            }
            if (layout is not { TrainRecords: > 0 and <= 100_000, TestRecords: > 0 and <= 500_000, Name.Length: > 0 })
            {
                throw new DatasetFormatException(
                    $"{path}: Name, TrainRecords or TestRecords is missing or out of range (1..100,000 a training file, 1..500,000 for the test). Write the folder again.",
                    path
                );
            }
            return layout;
        }

        public void Write(string folder) =>
            File.WriteAllText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this) + "\n");
    }
}

using System.Buffers.Binary;

namespace VitNotebooks.Data;

/// <summary>What SmallNORB's images are told apart by.</summary>
public enum SmallNorbLabel
{
    /// <summary>The five kinds of toy.</summary>
    Category,

    /// <summary>Nine heights of the camera, 30 to 70 degrees.</summary>
    Elevation,

    /// <summary>Eighteen turns of the toy, 0 to 340 degrees.</summary>
    Azimuth,
}

/// <summary>
/// Small NORB (LeCun, Huang, Bottou 2004): grey images of 96 x 96 in pairs, of which the first is used, as VTAB does; grey becomes red, green and blue alike. Files end in .mat and are
/// the set's own: a number for the kind of value, the count of sizes, at least three sizes, the values, all little-endian.
/// </summary>
public sealed class SmallNorb : PixelDataset
{
    private const int Side = 96;
    private const int Told = 1000; // pairs between two words of how far it is
    private const int Pixels = Side * Side;
    private const uint Bytes = 0x1E3D4C55;
    private const uint Integers = 0x1E3D4C54;
    private const string Remedy = "Fetch the set again: vitnb data get smallnorb.";
    private static readonly string[] s_categories = ["animal", "human", "airplane", "truck", "car"];
    private readonly string _file;

    private SmallNorb(string file, string name, IReadOnlyList<string> classes, byte[] labels, byte[] pixels)
        : base(name, classes, labels, pixels, Side, Pixels) => _file = file;

    /// <summary>Reads a split, held in memory (224 MB).</summary>
    /// <param name="folder">The folder with the six unpacked files.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="label">What is told apart.</param>
    /// <param name="manifest">Gives the counts.</param>
    /// <param name="options">Who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">A file is missing.</exception>
    /// <exception cref="DatasetFormatException">A file is damaged, of other sizes, or a label is out of range.</exception>
    public static SmallNorb OpenSplit(
        string folder,
        string split,
        SmallNorbLabel label,
        DatasetManifest? manifest = null,
        OpenOptions? options = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        manifest ??= DatasetManifests.Get("smallnorb");
        var images = Find(folder, manifest, split, "dat");
        using var data = new Matrix(images);
        if (data.Kind != Bytes || data.Sizes is not [_, 2, Side, Side])
        {
            throw Fault(images, $"it holds {data}; expected bytes [N, 2, {Side}, {Side}]");
        }

        var count = data.Sizes[0];
        if (manifest.Split(split).Count is { } expected && expected != count)
        {
            throw Fault(images, $"there are {count:N0} pairs; expected {expected:N0}");
        }

        var labels =
            label == SmallNorbLabel.Category
                ? Categories(folder, manifest, split, count)
                : Angles(folder, manifest, split, count, label);
        var pixels = new byte[checked(count * Pixels)];
        for (var i = 0; i < count; i++)
        {
            if (i % Told == 0)
            {
                options?.Reading(images, (long)i * 2 * Pixels, (long)count * 2 * Pixels);
            }

            data.Read(8L + 16 + ((long)i * 2 * Pixels), pixels.AsSpan(i * Pixels, Pixels));
        }
        return new SmallNorb(images, $"{manifest.Name}/{split}", ClassesOf(label), labels, pixels);
    }

    /// <summary>Whether the files are there.</summary>
    internal static bool IsPresent(string folder, DatasetManifest manifest) =>
        new[] { "train", "test" }.All(split => File.Exists(PathOf(folder, manifest, split, "dat")));

    // Grey becomes red, green and blue alike.
    private protected override void Paint(ReadOnlySpan<byte> image, Span<byte> target)
    {
        for (int p = 0, to = 0; p < image.Length; p++, to += 3)
        {
            target.Slice(to, 3).Fill(image[p]);
        }
    }

    /// <inheritdoc/>
    public override string Source(int index) => $"{_file}, pair {index}";

    private static IReadOnlyList<string> ClassesOf(SmallNorbLabel label) =>
        label switch
        {
            SmallNorbLabel.Category => s_categories,
            SmallNorbLabel.Elevation => [.. Enumerable.Range(0, 9).Select(i => $"{30 + (5 * i)} degrees")],
            _ => [.. Enumerable.Range(0, 18).Select(i => $"{20 * i} degrees")],
        };

    private static byte[] Categories(string folder, DatasetManifest manifest, string split, int count)
    {
        var path = Find(folder, manifest, split, "cat");
        using var file = new Matrix(path);
        if (file.Kind != Integers || file.Sizes is not [var there] || there != count)
        {
            throw Fault(path, $"it holds {file}; expected integers [{count}]");
        }

        var labels = new byte[count];
        for (var i = 0; i < count; i++)
        {
            labels[i] = Label(path, i, file.Integer(8 + 12 + (4L * i)), s_categories.Length, 1);
        }
        return labels;
    }

    private static byte[] Angles(string folder, DatasetManifest manifest, string split, int count, SmallNorbLabel label)
    {
        var path = Find(folder, manifest, split, "info");
        using var file = new Matrix(path);
        if (file.Kind != Integers || file.Sizes is not [var there, 4] || there != count)
        {
            throw Fault(path, $"it holds {file}; expected integers [{count}, 4]");
        }

        var labels = new byte[count];
        for (var i = 0; i < count; i++)
        {
            // The toy, elevation, azimuth (an even number: twice the step of 20 degrees), lighting.
            var value = file.Integer(8 + 12 + (16L * i) + (label == SmallNorbLabel.Elevation ? 4 : 8));
            labels[i] = label == SmallNorbLabel.Elevation ? Label(path, i, value, 9, 1) : Label(path, i, value, 18, 2);
        }
        return labels;
    }

    private static byte Label(string path, int index, int value, int classes, int step) =>
        value >= 0 && value < classes * step && value % step == 0
            ? (byte)(value / step)
            : throw Fault(
                path,
                $"record {index} has {value}; expected {(step == 1 ? "" : "an even number, ")}0 to {(classes - 1) * step}"
            );

    private static string Find(string folder, DatasetManifest manifest, string split, string what)
    {
        var path = PathOf(folder, manifest, split, what);
        return File.Exists(path) ? path : throw new DatasetNotFoundException($"{path} is missing. {Remedy}");
    }

    private static string PathOf(string folder, DatasetManifest manifest, string split, string what) =>
        manifest.Split(split).Files is [var images] && images.Contains("-dat.", StringComparison.Ordinal)
            ? Path.Combine(folder, images.Replace("-dat.", $"-{what}.", StringComparison.Ordinal))
            : throw new ManifestException(
                manifest.Name,
                [$"splits.{split}.files must name the file of the images, which ends in -dat.mat"]
            );

    private static DatasetFormatException Fault(string path, string what) => new($"{path}: {what}. {Remedy}", path);

    /// <summary>A file of the set: what it holds is checked against its length, then numbers are read by their place.</summary>
    private sealed class Matrix : IDisposable
    {
        private const int MostDimensions = 8;
        private readonly string _path;
        private readonly Microsoft.Win32.SafeHandles.SafeFileHandle _file;

        public Matrix(string path)
        {
            _path = path;
            _file = File.OpenHandle(path);
            try
            {
                Kind = (uint)Integer(0);
                var dimensions = Integer(4);
                if (Kind is not (Bytes or Integers) || dimensions is < 1 or > MostDimensions)
                {
                    throw Fault(
                        path,
                        $"it begins with 0x{Kind:X8} and {dimensions} sizes; expected Small NORB's matrix of bytes or integers"
                    );
                }

                Sizes = [.. Enumerable.Range(0, dimensions).Select(i => Integer(8 + (4 * i)))];
                var head = 8 + (4L * Math.Max(dimensions, 3));
                var expected = Sizes.Aggregate(
                    (Int128)(Kind == Bytes ? 1 : 4),
                    (product, size) => Int128.Min(product * Math.Max(size, 0), long.MaxValue)
                );
                if (RandomAccess.GetLength(_file) - head != expected)
                {
                    throw Fault(
                        path,
                        $"it holds {this} and has {RandomAccess.GetLength(_file):N0} bytes; it is truncated, or another file"
                    );
                }
            }
            catch
            {
                _file.Dispose();
                throw;
            }
        }

        public uint Kind { get; }

        public int[] Sizes { get; } = [];

        public int Integer(long at)
        {
            Span<byte> bytes = stackalloc byte[4];
            Read(at, bytes);
            return BinaryPrimitives.ReadInt32LittleEndian(bytes);
        }

        public void Read(long at, Span<byte> target)
        {
            for (var done = 0; done < target.Length; )
            {
                var read = RandomAccess.Read(_file, target[done..], at + done);
                if (read == 0)
                {
                    throw Fault(_path, $"it ends at byte {at + done:N0}; it is truncated");
                }

                done += read;
            }
        }

        public void Dispose() => _file.Dispose();

        public override string ToString() => $"{(Kind == Bytes ? "bytes" : "integers")} [{string.Join(", ", Sizes)}]";
    }
}

namespace VitNotebooks.Data;

/// <summary>
/// SVHN's cropped digits (Netzer et al. 2011): one MATLAB file a split with <c>X</c>, uint8 <c>[32, 32, 3, N]</c>, and <c>y</c>, 1..10, where 10 is the digit 0.
/// Held in memory (train 225 MB, test 80 MB, extra 1.6 GB).
/// </summary>
public sealed class Svhn : PixelDataset
{
    /// <summary>The folder that is looked in first; the files may also lie in the root itself.</summary>
    public const string FolderName = "svhn";

    private const int Side = 32;
    private const int PixelBytes = Side * Side * 3;
    private readonly string _file;

    private Svhn(string file, string name, byte[] labels, byte[] pixels)
        : base(name, [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")], labels, pixels, Side) => _file = file;

    /// <summary>Reads the training and the test split.</summary>
    /// <param name="root">The folder that holds the files, or a folder svhn with them.</param>
    /// <param name="manifest">Gives the counts, where they are not SVHN's own.</param>
    /// <param name="options">Who hears which file is read, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">A file is missing.</exception>
    /// <exception cref="DatasetFormatException">A file is damaged, has other sizes, or a label out of range.</exception>
    public static (Svhn Train, Svhn Test) Open(
        string root,
        DatasetManifest? manifest = null,
        OpenOptions? options = null
    ) => (OpenSplit(root, "train", manifest, options), OpenSplit(root, "test", manifest, options));

    /// <summary>Reads one split: <c>train</c>, <c>test</c> or <c>extra</c> (531,131 easier digits more).</summary>
    /// <inheritdoc cref="Open"/>
    public static Svhn OpenSplit(
        string root,
        string split,
        DatasetManifest? manifest = null,
        OpenOptions? options = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        manifest ??= DatasetManifests.Get("svhn");
        var expected = manifest.Split(split);
        var path =
            Find(root, split)
            ?? throw new DatasetNotFoundException(
                $"svhn: {split}_32x32.mat is neither in {Path.GetFullPath(root)} nor in its folder {FolderName}. Fetch it with: vitnb data get svhn"
                    + "; or put it there from http://ufldl.stanford.edu/housenumbers/."
            );
        options?.Reading(path, 0, new FileInfo(path).Length);
        var variables = MatFile.Read(path, ["X", "y"], (2L << 30) - 1);
        var images = variables["X"];
        if (images.Dimensions is not [Side, Side, 3, _])
        {
            // A single image: MATLAB drops a last size of 1.
            if (images.Dimensions is not [Side, Side, 3])
            {
                throw Fault(path, $"X is of sizes [{string.Join(", ", images.Dimensions)}]; expected [32, 32, 3, N]");
            }
        }

        var pixels = images.Bytes();
        var count = pixels.Length / PixelBytes;
        if (variables["y"].Count != count)
        {
            throw Fault(path, $"there are {count:N0} images and {variables["y"].Count:N0} labels; expected as many");
        }

        if (expected.Count is { } published && count != published)
        {
            throw Fault(path, $"there are {count:N0} images; expected {published:N0} of {manifest.Name}/{split}");
        }

        byte[] labels = [.. variables["y"].Integers(1, 10).Select(label => (byte)(label % 10))];
        Turn(pixels);
        return new Svhn(path, $"{manifest.Name}/{split}", labels, pixels);
    }

    /// <summary>Whether both splits' files are there (not whether they are sound).</summary>
    public static bool IsPresent(string root) => Find(root, "train") is not null && Find(root, "test") is not null;

    /// <inheritdoc/>
    public override string Source(int index) => $"{_file}, X(:,:,:,{index + 1})";

    private static string? Find(string root, string split) =>
        new[] { Path.Combine(root, FolderName), root }
            .Select(folder => Path.Combine(folder, $"{split}_32x32.mat"))
            .FirstOrDefault(File.Exists);

    /// <summary>MATLAB's order (rows fastest, then columns, then colours) becomes rows of red, green and blue, image by image in place.</summary>
    private static void Turn(byte[] pixels)
    {
        const int Plane = Side * Side;
        Span<byte> image = stackalloc byte[PixelBytes];
        for (var start = 0; start < pixels.Length; start += PixelBytes)
        {
            var target = pixels.AsSpan(start, PixelBytes);
            target.CopyTo(image);
            var to = 0;
            for (var y = 0; y < Side; y++)
            {
                for (var at = y; at < Plane; at += Side)
                {
                    target[to] = image[at];
                    target[to + 1] = image[at + Plane];
                    target[to + 2] = image[at + (2 * Plane)];
                    to += 3;
                }
            }
        }
    }

    private static DatasetFormatException Fault(string path, string what) =>
        new($"{path}: {what}. Fetch the file again: vitnb data get svhn.", path);
}

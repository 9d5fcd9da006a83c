namespace VitNotebooks.Data;

/// <summary>
/// VTAB's frames of DeepMind Lab (Zhai et al. 2019, arXiv 1910.04867): 360 x 480 JPEG images in TFRecord files dmlab-train.tfrecord*, dmlab-validation.tfrecord* and
/// dmlab-test.tfrecord*, each record with <c>image</c>, <c>filename</c> and <c>label</c>, 0 to 5 (close, far and very far with positive or negative reward). The first opening reads
/// each file and compares all check sums (3 GB of the whole set); later ones take what it found, see <see cref="PlaceIndex"/>.
/// </summary>
public sealed class Dmlab : StoredImages
{
    private const int ClassCount = 6;
    private const int MostRecordBytes = 64 << 20;
    private const string Remedy = "Fetch the set again: vitnb data get dmlab.";
    private static readonly string[] s_classes = [.. Enumerable.Range(0, ClassCount).Select(label => $"{label}")];

    private Dmlab(string name, string[] files, OpenOptions? options)
        : base(name, s_classes, files, options) { }

    /// <summary>Reads the records of a split.</summary>
    /// <param name="folder">The folder with the TFRecord files.</param>
    /// <param name="split"><c>train</c>, <c>validation</c> or <c>test</c>.</param>
    /// <param name="name">What tables call it.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">The split has no file.</exception>
    /// <exception cref="DatasetFormatException">A file is damaged, or a record lacks its image or has a label out of range.</exception>
    public static Dmlab OpenSplit(string folder, string split, string name, OpenOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (split is not ("train" or "validation" or "test"))
        {
            throw new ArgumentException(
                $"DMLab has no split '{split}'; it has train, validation and test.",
                nameof(split)
            );
        }

        var files = Files(folder, split);
        if (files.Length == 0)
        {
            throw new DatasetNotFoundException(
                $"{name}: no file dmlab-{split}.tfrecord* is in {Path.GetFullPath(folder)}. {Remedy}"
            );
        }

        var images = new Dmlab(name, files, options);
        for (var file = 0; file < files.Length; file++)
        {
            var path = files[file];
            var places = PlaceIndex.Of(path, PlaceKind.Records, _ => Places(path, options));
            for (var i = 0; i < places.Count; i++)
            {
                if (places.Numbers[i] is not (>= 0 and < ClassCount))
                {
                    throw Fault(
                        path,
                        places.Offsets[i],
                        $"has the label {places.Numbers[i]}; expected 0 to {ClassCount - 1}"
                    );
                }

                images.Add(file, places.Offsets[i], places.Lengths[i], places.Numbers[i]);
            }
        }
        return images.Count > 0
            ? images
            : throw new DatasetFormatException(
                $"{files[0]}: no records in {files.Length:N0} files. {Remedy}",
                files[0]
            );
    }

    /// <summary>Whether each split has a file.</summary>
    internal static bool IsPresent(string folder) =>
        new[] { "train", "validation", "test" }.All(split => Files(folder, split).Length > 0);

    /// <inheritdoc/>
    public override string Source(int index)
    {
        var (file, offset) = Place(index);
        return $"{file}, image at byte {offset}";
    }

    private protected override string Kind => "TFRecord files";

    private static string[] Files(string folder, string split) =>
        Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, $"dmlab-{split}.tfrecord*").Order(StringComparer.Ordinal)]
            : [];

    private static ImagePlaces Places(string path, OpenOptions? options)
    {
        var places = new ImagePlaces();
        foreach (var record in TfRecordFile.Read(path, MostRecordBytes, Remedy, options))
        {
            Add(places, path, record);
        }

        return places;
    }

    private static void Add(ImagePlaces places, string path, TfRecord record)
    {
        DatasetFormatException Fault(string what) => Dmlab.Fault(path, record.Offset, what);
        var features = TfExample.Parse(record.Data.Span) ?? throw Fault("is no tf.train.Example");
        if (!features.TryGetValue("image", out var image) || image is not { Count: 1, Bytes: { } bytes })
        {
            throw Fault("has no one 'image' of bytes");
        }

        if (!features.TryGetValue("label", out var label) || label is not { Count: 1, Number: { } number })
        {
            throw Fault("has no one 'label' that is a whole number");
        }

        if (number is < 0 or >= ClassCount)
        {
            throw Fault($"has the label {number}; expected 0 to {ClassCount - 1}");
        }

        var (from, length) = bytes.GetOffsetAndLength(record.Data.Length);
        places.Add(record.Offset + from, length, (int)number);
    }

    private static DatasetFormatException Fault(string path, long at, string what) =>
        new($"{path}, byte {at:N0}: the record {what}. {Remedy}", path);
}

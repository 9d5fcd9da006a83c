namespace VitNotebooks.Data;

/// <summary>Which of CIFAR-100's two labels counts.</summary>
public enum Cifar100Labels
{
    /// <summary>The 100 classes.</summary>
    Fine,

    /// <summary>The 20 superclasses of five classes each.</summary>
    Coarse,
}

/// <summary>
/// CIFAR-100 (Krizhevsky 2009) in its binary layout (cifar-100-binary: train.bin, test.bin, a coarse and a fine label byte a record, names in
/// fine_label_names.txt and coarse_label_names.txt) or its python layout (cifar-100-python: the pickles train, test, meta). Held in memory whole (184 MB).
/// </summary>
public sealed class Cifar100 : CifarDataset
{
    /// <summary>The folder's name in the published archive cifar-100-binary.tar.gz.</summary>
    public const string FolderName = "cifar-100-binary";

    /// <summary>The folder's name in the published archive cifar-100-python.tar.gz.</summary>
    public const string PythonFolderName = "cifar-100-python";

    private const string Remedy = "Extract the archive cifar-100-binary.tar.gz again.";
    private const string PythonRemedy = "Extract the archive cifar-100-python.tar.gz again.";
    private static readonly CifarLabel[] s_labels =
    [
        new("coarse label", "coarse_labels", 20),
        new("fine label", "fine_labels", 100),
    ];

    private readonly CifarRecords _records;

    private Cifar100(string name, string[] fine, string[] coarse, CifarRecords records, Cifar100Labels labels)
        : base(name, labels == Cifar100Labels.Fine ? fine : coarse, records, labels == Cifar100Labels.Fine ? 1 : 0)
    {
        _records = records;
        CoarseClasses = coarse;
    }

    /// <summary>The names of the 20 superclasses.</summary>
    public IReadOnlyList<string> CoarseClasses { get; }

    /// <summary>The superclass of an image, 0..19.</summary>
    public int CoarseLabel(int index) => _records.Labels[0][index];

    /// <summary>The class of an image, 0..99, whichever label counts.</summary>
    public int FineLabel(int index) => _records.Labels[1][index];

    /// <summary>Reads both splits.</summary>
    /// <param name="root">The folder cifar-100-binary or cifar-100-python, or the folder that holds it; the first is taken where both are there.</param>
    /// <param name="labels">Which label counts.</param>
    /// <param name="manifest">Gives the counts, where they are not CIFAR-100's own.</param>
    /// <param name="options">Who hears which file is read, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">No such folder, or a file of it is missing.</exception>
    /// <exception cref="DatasetFormatException">A file has a wrong size, or a record a label out of range.</exception>
    public static (Cifar100 Train, Cifar100 Test) Open(
        string root,
        Cifar100Labels labels = Cifar100Labels.Fine,
        DatasetManifest? manifest = null,
        OpenOptions? options = null
    ) => (OpenSplit(root, "train", labels, manifest, options), OpenSplit(root, "test", labels, manifest, options));

    /// <summary>Reads one split, <c>train</c> or <c>test</c>; the other's file need not be there.</summary>
    /// <inheritdoc cref="Open"/>
    public static Cifar100 OpenSplit(
        string root,
        string split,
        Cifar100Labels labels = Cifar100Labels.Fine,
        DatasetManifest? manifest = null,
        OpenOptions? options = null
    )
    {
        manifest ??= DatasetManifests.Get("cifar100");
        var count =
            manifest.Split(split).Count
            ?? throw new ArgumentException(
                $"{manifest.Name}: the manifest does not count the split '{split}'; expected count.",
                nameof(manifest)
            );
        var (folder, python) = Find(root, split);
        var remedy = python ? PythonRemedy : Remedy;
        string[] Names(string kind, int classes)
        {
            var path = Path.Combine(folder, python ? "meta" : $"{kind}_label_names.txt");
            if (!File.Exists(path))
            {
                throw new DatasetNotFoundException(
                    $"{folder}: {Path.GetFileName(path)} with the class names is missing. {remedy}"
                );
            }
            return python
                ? CifarPython.Names(path, $"{kind}_label_names", classes, remedy)
                : Cifar10.ReadNames(path, classes, remedy);
        }
        var fine = Names("fine", 100);
        var coarse = Names("coarse", 20);
        string[] files = [Path.Combine(folder, python ? split : $"{split}.bin")];
        var records = python
            ? CifarPython.Read(files, count, s_labels, "CIFAR-100", remedy, options)
            : CifarBinary.Read(files, count, s_labels, "CIFAR-100", remedy, options);
        var name = labels == Cifar100Labels.Fine ? manifest.Name : $"{manifest.Name}-coarse";
        return new Cifar100($"{name}/{split}", fine, coarse, records, labels);
    }

    /// <summary>Whether one of the layouts is there, with both splits (not whether it is sound).</summary>
    public static bool IsPresent(string root) =>
        new[] { Path.Combine(root, FolderName), Path.Combine(root, PythonFolderName), root }.Any(folder =>
            Has(folder, "train", python: false) && Has(folder, "test", python: false)
            || Has(folder, "train", python: true) && Has(folder, "test", python: true)
        );

    // A folder of images has folders of these names; a file of them is the python version's.
    private static bool Has(string folder, string split, bool python) =>
        File.Exists(Path.Combine(folder, python ? split : $"{split}.bin"))
        && (!python || File.Exists(Path.Combine(folder, "meta")));

    private static (string Folder, bool Python) Find(string root, string split)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        foreach (var folder in new[] { Path.Combine(root, FolderName), Path.Combine(root, PythonFolderName), root })
        {
            if (Has(folder, split, python: false))
            {
                return (folder, false);
            }
            if (Has(folder, split, python: true))
            {
                return (folder, true);
            }
        }
        throw new DatasetNotFoundException(
            $"cifar100: {split}.bin in a folder {FolderName}, or {split} in a folder {PythonFolderName}, is not in {Path.GetFullPath(root)}. "
                + "Fetch it with: vitnb data get cifar100; or extract cifar-100-binary.tar.gz there."
        );
    }
}

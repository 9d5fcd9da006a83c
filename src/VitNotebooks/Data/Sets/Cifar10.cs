using System.Text.Json;

namespace VitNotebooks.Data;

/// <summary>
/// CIFAR-10 (Krizhevsky 2009) in its binary layout (<see cref="CifarBinary"/>) or its python layout (<see cref="CifarPython"/>): five training files and a
/// test file of 10,000 images each, class names beside them. The whole set is held in memory (184 MB). A folder that
/// <see cref="SyntheticShapes.WriteCifar"/> wrote has other counts, and says so in its layout.json.
/// </summary>
public sealed class Cifar10 : CifarDataset
{
    /// <summary>The folder's name in the published archive cifar-10-binary.tar.gz.</summary>
    public const string FolderName = "cifar-10-batches-bin";

    /// <summary>The folder's name in the published archive cifar-10-python.tar.gz.</summary>
    public const string PythonFolderName = "cifar-10-batches-py";

    private const string MetaName = "batches.meta.txt";
    private const string PythonMetaName = "batches.meta";
    private const string Remedy = "Extract the archive cifar-10-binary.tar.gz again.";
    private const string PythonRemedy = "Extract the archive cifar-10-python.tar.gz again.";
    private const int Parts = 5;
    private static readonly CifarLabel[] s_labels = [new("label", "labels", 10)];

    private Cifar10(string name, string[] classes, CifarRecords records)
        : base(name, classes, records, 0) { }

    /// <summary>Reads both splits.</summary>
    /// <param name="root">The folder cifar-10-batches-bin or cifar-10-batches-py, or the folder that holds it; the first is taken where both are there.</param>
    /// <param name="manifest">Gives the counts, where they are not CIFAR-10's own.</param>
    /// <param name="options">Who hears which file is read, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">No such folder, or a file of it is missing.</exception>
    /// <exception cref="DatasetFormatException">A file has a wrong size, or a record a label out of range.</exception>
    public static (Cifar10 Train, Cifar10 Test) Open(
        string root,
        DatasetManifest? manifest = null,
        OpenOptions? options = null
    )
    {
        var (folder, python) = Find(root);
        var layout = Layout.Read(folder, manifest ?? DatasetManifests.Get("cifar10"));
        var ending = python ? "" : ".bin";
        string[] trainFiles = [.. Enumerable.Range(1, Parts).Select(i => $"data_batch_{i}{ending}")];
        var testFile = $"test_batch{ending}";
        var meta = python ? PythonMetaName : MetaName;
        var remedy = python ? PythonRemedy : Remedy;
        foreach (var name in trainFiles.Append(testFile).Append(meta))
        {
            if (!File.Exists(Path.Combine(folder, name)))
            {
                throw new DatasetNotFoundException(
                    $"{folder}: {name} is missing; expected {trainFiles[0]} .. {trainFiles[^1]}, {testFile} and {meta}. {remedy}"
                );
            }
        }
        var classes = python
            ? CifarPython.Names(Path.Combine(folder, meta), "label_names", 10, remedy)
            : ReadNames(Path.Combine(folder, meta), 10, remedy);
        Cifar10 Split(string split, string[] files, int perFile)
        {
            string[] paths = [.. files.Select(n => Path.Combine(folder, n))];
            var records = python
                ? CifarPython.Read(paths, perFile, s_labels, "CIFAR-10", remedy, options)
                : CifarBinary.Read(paths, perFile, s_labels, "CIFAR-10", remedy, options);
            return new Cifar10($"{layout.Name}/{split}", classes, records);
        }
        return (Split("train", trainFiles, layout.TrainRecords), Split("test", [testFile], layout.TestRecords));
    }

    /// <summary>Whether one of the layouts is there (not whether it is sound).</summary>
    public static bool IsPresent(string root) =>
        new[] { Path.Combine(root, FolderName), Path.Combine(root, PythonFolderName), root }.Any(folder =>
            File.Exists(Path.Combine(folder, "data_batch_1.bin")) || File.Exists(Path.Combine(folder, "data_batch_1"))
        );

    /// <summary>Writes images of 32 x 32 in the binary layout; the test's images first, then the layout's description.</summary>
    internal static void Write(string folder, IImageDataset train, IImageDataset test, string name)
    {
        if (train.Count % Parts != 0)
        {
            throw new ArgumentException(
                $"CIFAR-10's layout has five training files of equal length; {train.Count} images do not divide by 5."
            );
        }
        Directory.CreateDirectory(folder);
        var perFile = train.Count / Parts;
        for (var f = 0; f < Parts; f++)
        {
            CifarBinary.Write(Path.Combine(folder, $"data_batch_{f + 1}.bin"), train, f * perFile, perFile);
        }
        CifarBinary.Write(Path.Combine(folder, "test_batch.bin"), test, 0, test.Count);
        File.WriteAllText(Path.Combine(folder, MetaName), string.Join('\n', train.Classes) + "\n");
        new Layout(name, perFile, test.Count).Write(folder);
    }

    /// <summary>Class names, one a line.</summary>
    internal static string[] ReadNames(string path, int count, string remedy)
    {
        string[] names = [.. File.ReadLines(path).Select(l => l.Trim()).Where(l => l.Length > 0).Take(count + 1)];
        if (names.Length != count)
        {
            throw new DatasetFormatException(
                $"{path}: {(names.Length > count ? "more than " + count : names.Length)} class names; expected {count}, one a line. {remedy}",
                path
            );
        }
        return names;
    }

    private static (string Folder, bool Python) Find(string root)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        foreach (var folder in new[] { Path.Combine(root, FolderName), Path.Combine(root, PythonFolderName), root })
        {
            if (File.Exists(Path.Combine(folder, "data_batch_1")))
            {
                return (folder, true);
            }
            var isNamed = Path.GetFileName(folder) == FolderName && Directory.Exists(folder);
            if (isNamed || File.Exists(Path.Combine(folder, "data_batch_1.bin")))
            {
                return (folder, false);
            }
        }
        var found = Directory.Exists(root) ? "has no such folder" : "does not exist";
        throw new DatasetNotFoundException(
            $"cifar10: expected a folder {FolderName} or {PythonFolderName} in {Path.GetFullPath(root)}, which {found}. "
                + "Fetch it with: vitnb data get cifar10; or extract cifar-10-binary.tar.gz there, or point VITNB_DATA at the folder that holds it; "
                + "Datasets.Open(\"shapes\") needs no files."
        );
    }

    /// <summary>Name and record counts where they are not CIFAR-10's own.</summary>
    private sealed record Layout(string Name, int TrainRecords, int TestRecords)
    {
        private const string FileName = "layout.json";

        public static Layout Read(string folder, DatasetManifest manifest)
        {
            var path = Path.Combine(folder, FileName);
            if (!File.Exists(path))
            {
                var train = manifest.Split("train").Count ?? 50_000;
                return new Layout(manifest.Name, train / Parts, manifest.Split("test").Count ?? 10_000);
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

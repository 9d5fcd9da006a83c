namespace VitNotebooks.Data;

/// <summary>
/// Oxford Flowers102 (Nilsback and Zisserman 2008): jpg/image_00001.jpg on, labels in imagelabels.mat, splits in setid.mat. The index of a class is its
/// Oxford number less one; torchvision's ImageFolder over folders "1".."102" sorts them as texts instead, which matters for weights trained that way.
/// The localization paper trains on trnid and valid together (2,040) and tests on tstid (6,149).
/// </summary>
public static class Flowers102
{
    /// <summary>The folder with jpg, imagelabels.mat and setid.mat.</summary>
    public const string FolderName = "flowers-102";

    private const int MostImages = 1_000_000;
    private const long MostBytes = 64L << 20;

    /// <summary>Reads the lists and looks which images are there.</summary>
    /// <param name="root">The folder flowers-102, or the folder that holds it.</param>
    /// <param name="split"><c>trnid</c>, <c>valid</c> or <c>tstid</c>; several follow one another.</param>
    /// <param name="name">What tables call it.</param>
    /// <param name="classes">Class names in index order.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">A list, or every image, is missing.</exception>
    /// <exception cref="DatasetFormatException">A list is damaged, names an image twice or that has no label.</exception>
    public static ListedImages OpenSplit(
        string root,
        IReadOnlyList<string> split,
        string name,
        IReadOnlyList<string> classes,
        OpenOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(classes);
        var folder =
            Find(root)
            ?? throw new DatasetNotFoundException(
                $"flowers102: expected a folder {FolderName} with setid.mat, imagelabels.mat and jpg in {Path.GetFullPath(root)}. "
                    + "Fetch it with: vitnb data get flowers102."
            );
        var labelsPath = Path.Combine(folder, "imagelabels.mat");
        var setsPath = Path.Combine(folder, "setid.mat");
        var labels = MatFile.Read(labelsPath, ["labels"], MostBytes)["labels"].Integers(1, classes.Count);
        var sets = MatFile.Read(setsPath, split, MostBytes);
        var seen = new HashSet<int>();
        var files = new List<(string, int)>();
        foreach (var set in split)
        {
            foreach (var id in sets[set].Integers(1, MostImages))
            {
                if (id > labels.Length)
                {
                    throw new DatasetFormatException(
                        $"{setsPath}: {set} names image {id}, and {labelsPath} has labels of 1 to {labels.Length}. Fetch both again.",
                        setsPath
                    );
                }

                if (!seen.Add(id))
                {
                    throw new DatasetFormatException(
                        $"{setsPath}: image {id} is named twice in {string.Join(" and ", split)}; expected once. Fetch the file again.",
                        setsPath
                    );
                }

                files.Add(($"jpg/image_{id:D5}.jpg", labels[id - 1] - 1));
            }
        }
        return new ListedImages(
            folder,
            name,
            classes,
            files,
            "Extract 102flowers.tgz there, or fetch it with: vitnb data get flowers102.",
            options
        );
    }

    /// <summary>Whether the lists are there.</summary>
    public static bool IsPresent(string root) => Find(root) is not null;

    private static string? Find(string root)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        return new[] { Path.Combine(root, FolderName), root }.FirstOrDefault(folder =>
            File.Exists(Path.Combine(folder, "setid.mat")) && File.Exists(Path.Combine(folder, "imagelabels.mat"))
        );
    }
}

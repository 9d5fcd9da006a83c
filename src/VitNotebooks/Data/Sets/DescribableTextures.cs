namespace VitNotebooks.Data;

/// <summary>
/// The Describable Textures Dataset (Cimpoi et al. 2014), first of its ten partitions: labels/train1.txt, val1.txt and test1.txt with lines
/// <c>banded/banded_0002.jpg</c>, images below images. Classes are the folders of the lists, sorted as texts.
/// </summary>
public static class DescribableTextures
{
    private const string Remedy = "Fetch the set again: vitnb data get dtd.";
    private static readonly string[] s_splits = ["train", "val", "test"];

    /// <summary>Reads the lists and looks which images are there.</summary>
    /// <param name="folder">The folder dtd.</param>
    /// <param name="name">What tables call the set.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">A list, or every image of a split, is missing.</exception>
    /// <exception cref="DatasetFormatException">A line is wrong; the message names it.</exception>
    public static (ListedImages Train, ListedImages Validation, ListedImages Test) Open(
        string folder,
        string name,
        OpenOptions? options = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string[][] lists = [.. s_splits.Select(split => Lines(folder, split))];
        string[] classes =
        [
            .. lists
                .SelectMany(list => list)
                .Select(ClassOf)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
        ListedImages Split(int i) =>
            new(
                folder,
                $"{name}/{s_splits[i]}",
                classes,
                lists[i]
                    .Select(path =>
                        ($"images/{path}", Array.BinarySearch(classes, ClassOf(path), StringComparer.Ordinal))
                    ),
                Remedy,
                options
            );
        return (Split(0), Split(1), Split(2));
    }

    /// <summary>Whether the lists are there.</summary>
    internal static bool IsPresent(string folder) =>
        s_splits.All(split => File.Exists(Path.Combine(folder, "labels", $"{split}1.txt")));

    private static string[] Lines(string folder, string split)
    {
        var list = new ListFile(Path.Combine(folder, "labels", $"{split}1.txt"), Remedy);
        return
        [
            .. list.Rows(1)
                .Select(row =>
                    row.Fields[0].Contains('/')
                        ? list.Inside(row.Line, row.Fields[0])
                        : throw list.Fault(row.Line, $"is '{row.Fields[0]}'; expected class/file")
                ),
        ];
    }

    private static string ClassOf(string path) => path[..path.IndexOf('/', StringComparison.Ordinal)];
}

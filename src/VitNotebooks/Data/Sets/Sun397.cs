namespace VitNotebooks.Data;

/// <summary>
/// SUN397 (Xiao et al. 2010): images a/abbey/sun_*.jpg, ClassName.txt whose lines (<c>/a/abbey</c>) are the classes in index order, and lists of images. Where the three
/// lists of tensorflow_datasets are there (sun397_tfds_tr.txt, _va.txt, _te.txt), these are the splits, as VTAB has them; else the authors' own first partition, Training_01.txt and
/// Testing_01.txt with 50 images each of a class.
/// </summary>
public static class Sun397
{
    private const string Remedy = "Fetch the set again: vitnb data get sun397.";
    private static readonly string[] s_tfds = ["sun397_tfds_tr.txt", "sun397_tfds_va.txt", "sun397_tfds_te.txt"];
    private static readonly string[] s_partition = ["Training_01.txt", "Testing_01.txt"];

    /// <summary>Reads the lists and looks which images are there.</summary>
    /// <param name="folder">The folder SUN397; the lists lie in it or in its folder Partitions.</param>
    /// <param name="name">What tables call the set.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">A list, or every image of a split, is missing.</exception>
    /// <exception cref="DatasetFormatException">A line names no class and file; the message names it.</exception>
    public static (ListedImages Train, ListedImages? Validation, ListedImages Test) Open(
        string folder,
        string name,
        OpenOptions? options = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var names = new ListFile(Find(folder, "ClassName.txt"), Remedy);
        var labels = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (line, fields) in names.Rows(1))
        {
            if (!labels.TryAdd(Inside(names, line, fields[0]), labels.Count))
            {
                throw names.Fault(line, $"has the class '{fields[0]}' for the second time");
            }
        }
        string[] classes = [.. labels.Keys];
        ListedImages Split(string file, string split)
        {
            var list = new ListFile(Find(folder, file), Remedy);
            var files = list.Rows(1)
                .Select(row =>
                {
                    var path = Inside(list, row.Line, row.Fields[0]);
                    var slash = path.LastIndexOf('/');
                    return slash > 0 && labels.TryGetValue(path[..slash], out var label)
                        ? (path, label)
                        : throw list.Fault(
                            row.Line,
                            $"is '{row.Fields[0]}'; expected /class/file with a class of ClassName.txt"
                        );
                });
            return new(folder, $"{name}/{split}", classes, files, Remedy, options);
        }
        return Has(folder, s_tfds)
            ? (Split(s_tfds[0], "train"), Split(s_tfds[1], "val"), Split(s_tfds[2], "test"))
            : (Split(s_partition[0], "train-1"), null, Split(s_partition[1], "test-1"));
    }

    /// <summary>Whether the lists are there.</summary>
    internal static bool IsPresent(string folder) =>
        Has(folder, ["ClassName.txt"]) && (Has(folder, s_tfds) || Has(folder, s_partition));

    private static string Inside(ListFile list, int line, string path) =>
        path.StartsWith('/')
            ? list.Inside(line, path[1..])
            : throw list.Fault(line, $"is '{path}'; expected a path that begins with /");

    private static bool Has(string folder, string[] files) => files.All(file => Place(folder, file) is not null);

    private static string Find(string folder, string file) => Place(folder, file) ?? Path.Combine(folder, file);

    private static string? Place(string folder, string file) =>
        new[] { Path.Combine(folder, file), Path.Combine(folder, "Partitions", file) }.FirstOrDefault(File.Exists);
}

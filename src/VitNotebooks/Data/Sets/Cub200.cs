namespace VitNotebooks.Data;

/// <summary>
/// Caltech-UCSD Birds 200-2011 (Wah et al. 2011): images.txt, image_class_labels.txt, train_test_split.txt and classes.txt, images below images. The index of a class
/// is its number less one, names as classes.txt has them (<c>001.Black_footed_Albatross</c>).
/// </summary>
public static class Cub200
{
    private const string Remedy = "Fetch the set again: vitnb data get cub200.";
    private const int MostImages = 10_000_000;
    private const int MostClasses = 100_000;

    /// <summary>Reads the lists and looks which images are there.</summary>
    /// <param name="folder">The folder CUB_200_2011.</param>
    /// <param name="name">What tables call the set.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">A list, or every image of a split, is missing.</exception>
    /// <exception cref="DatasetFormatException">The lists do not fit one another.</exception>
    public static (ListedImages Train, ListedImages Test) Open(string folder, string name, OpenOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var classes = new SortedDictionary<int, string>();
        var names = new ListFile(Path.Combine(folder, "classes.txt"), Remedy);
        foreach (var (line, fields) in names.Rows(2))
        {
            if (!classes.TryAdd(names.Number(line, fields[0], 1, MostClasses), fields[1]))
            {
                throw names.Fault(line, $"has class {fields[0]} for the second time");
            }
        }
        if (classes.Count == 0 || classes.Keys.Last() != classes.Count)
        {
            throw names.Fault(
                $"{classes.Count} classes, the last numbered {classes.Keys.LastOrDefault()}; expected 1, 2, 3 and so on"
            );
        }

        var labels = Numbers(folder, "image_class_labels.txt", 1, classes.Count);
        var isTraining = Numbers(folder, "train_test_split.txt", 0, 1);
        var images = new ListFile(Path.Combine(folder, "images.txt"), Remedy);
        var files = new List<(string Path, int Label, bool Training)>();
        foreach (var (line, fields) in images.Rows(2))
        {
            var id = images.Number(line, fields[0], 1, MostImages);
            if (!labels.TryGetValue(id, out var label) || !isTraining.TryGetValue(id, out var training))
            {
                throw images.Fault(line, $"has image {id}, to which the other lists give no class or no split");
            }

            files.Add(($"images/{images.Inside(line, fields[1])}", label - 1, training == 1));
        }
        ListedImages Split(bool training) =>
            new(
                folder,
                $"{name}/{(training ? "train" : "test")}",
                [.. classes.Values],
                files.Where(file => file.Training == training).Select(file => (file.Path, file.Label)),
                Remedy,
                options
            );
        return (Split(training: true), Split(training: false));
    }

    /// <summary>Whether the lists are there.</summary>
    internal static bool IsPresent(string folder) => File.Exists(Path.Combine(folder, "train_test_split.txt"));

    private static Dictionary<int, int> Numbers(string folder, string file, int least, int most)
    {
        var list = new ListFile(Path.Combine(folder, file), Remedy);
        var numbers = new Dictionary<int, int>();
        foreach (var (line, fields) in list.Rows(2))
        {
            if (!numbers.TryAdd(list.Number(line, fields[0], 1, MostImages), list.Number(line, fields[1], least, most)))
            {
                throw list.Fault(line, $"has image {fields[0]} for the second time");
            }
        }
        return numbers;
    }
}

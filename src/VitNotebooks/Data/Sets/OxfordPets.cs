namespace VitNotebooks.Data;

/// <summary>
/// Oxford-IIIT Pets (Parkhi et al. 2012): annotations/trainval.txt and test.txt with lines <c>Abyssinian_100 1 1 1</c> (image, breed, species, breed of the species), images
/// below images. The index of a class is the breed less one.
/// </summary>
public static class OxfordPets
{
    private const string Remedy = "Fetch the set again: vitnb data get pets.";

    /// <summary>Reads a list and looks which images are there.</summary>
    /// <param name="folder">The folder with annotations and images.</param>
    /// <param name="list">trainval or test.</param>
    /// <param name="name">What tables call the split.</param>
    /// <param name="classes">Class names in index order.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">The list, or every image, is missing.</exception>
    /// <exception cref="DatasetFormatException">A line is wrong; the message names it.</exception>
    public static ListedImages OpenSplit(
        string folder,
        string list,
        string name,
        IReadOnlyList<string> classes,
        OpenOptions? options = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(classes);
        var images = new ListFile(Path.Combine(folder, "annotations", $"{list}.txt"), Remedy);
        var files = images
            .Rows(4)
            .Select(row =>
                (
                    $"images/{images.Inside(row.Line, row.Fields[0] + ".jpg")}",
                    images.Number(row.Line, row.Fields[1], 1, classes.Count) - 1
                )
            );
        return new ListedImages(folder, name, classes, files, Remedy, options);
    }

    /// <summary>Whether the lists are there.</summary>
    internal static bool IsPresent(string folder) =>
        new[] { "trainval.txt", "test.txt" }.All(file => File.Exists(Path.Combine(folder, "annotations", file)));
}

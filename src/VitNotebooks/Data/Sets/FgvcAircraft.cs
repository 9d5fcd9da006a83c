namespace VitNotebooks.Data;

/// <summary>
/// FGVC-Aircraft 2013b (Maji et al. 2013), by variant: data/variants.txt, whose lines are the classes in index order, and data/images_variant_trainval.txt and
/// images_variant_test.txt with an image's number and its variant; images below data/images.
/// </summary>
public static class FgvcAircraft
{
    private const string Remedy = "Fetch the set again: vitnb data get fgvc-aircraft.";

    /// <summary>Reads a list and looks which images are there.</summary>
    /// <param name="folder">The folder fgvc-aircraft-2013b.</param>
    /// <param name="list">train, val, trainval or test.</param>
    /// <param name="name">What tables call the split.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">A list, or every image, is missing.</exception>
    /// <exception cref="DatasetFormatException">A line is wrong; the message names it.</exception>
    public static ListedImages OpenSplit(string folder, string list, string name, OpenOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var variants = new ListFile(Path.Combine(folder, "data", "variants.txt"), Remedy);
        string[] classes = [.. variants.Rows(1).Select(row => row.Fields[0])];
        var labels = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var variant in classes)
        {
            if (!labels.TryAdd(variant, labels.Count))
            {
                throw variants.Fault($"'{variant}' is there twice");
            }
        }
        var images = new ListFile(Path.Combine(folder, "data", $"images_variant_{list}.txt"), Remedy);
        var files = images
            .Rows(2)
            .Select(row =>
                (
                    $"data/images/{images.Inside(row.Line, row.Fields[0] + ".jpg")}",
                    labels.TryGetValue(row.Fields[1], out var label)
                        ? label
                        : throw images.Fault(
                            row.Line,
                            $"has the variant '{row.Fields[1]}', which variants.txt does not have"
                        )
                )
            );
        return new ListedImages(folder, name, classes, files, Remedy, options);
    }

    /// <summary>Whether the lists are there.</summary>
    internal static bool IsPresent(string folder) =>
        new[] { "variants.txt", "images_variant_trainval.txt", "images_variant_test.txt" }.All(file =>
            File.Exists(Path.Combine(folder, "data", file))
        );
}

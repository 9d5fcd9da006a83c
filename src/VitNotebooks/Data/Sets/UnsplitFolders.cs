namespace VitNotebooks.Data;

/// <summary>
/// A set of class folders whose authors publish no split (EuroSAT, RESISC45, Caltech101, UC Merced, Colorectal histology). The split is this package's own, a function of labels
/// and seed 0 alone: equally many test images of each class, then validation images, the rest trains. Its sizes are the manifest's; of a part of the images, in proportion.
/// </summary>
/// <remarks>VTAB's and the few-shot suite's splits are slices of the order in which tensorflow_datasets shuffles its own files; they cannot be had from the images. A number
/// measured on this split does not stand beside one of theirs.</remarks>
public static class UnsplitFolders
{
    private const int Seed = 0;

    /// <summary>Lists the images and divides them.</summary>
    /// <param name="folder">The folder of class folders.</param>
    /// <param name="manifest">Its name, its classes where it names them, and the counts of its splits.</param>
    /// <exception cref="DatasetNotFoundException">No such folder, or a class has none.</exception>
    /// <exception cref="DatasetFormatException">A class without images, or files that are not read.</exception>
    public static (IImageDataset Train, IImageDataset? Validation, IImageDataset Test) Open(
        string folder,
        DatasetManifest manifest
    )
    {
        ArgumentNullException.ThrowIfNull(manifest);
        RefuseTiff(folder, manifest);
        ImageFolder all =
            manifest.Classes.Count > 0
                ? ImageFolder.Of(folder, manifest.Classes, manifest.Classes, manifest.Name)
                : new ImageFolder(folder, name: manifest.Name);
        double of = manifest.Split("all").Count ?? all.Count;
        int Share(string split) =>
            manifest.Splits.FirstOrDefault(s => s.Name == split)?.Count is { } count
                ? (int)Math.Round(all.Count * (count / of))
                : 0;
        // What is stated is exact; the largest part is what is left.
        var trains = Share("train");
        if (manifest.Splits.All(split => split.Name != "val"))
        {
            var (chosen, others) = IndexedDataset.ChooseBalanced(all, trains, Seed, manifest.Name);
            return (Part(all, chosen, "train"), null, Part(all, others, "test"));
        }
        var (tests, rest) = IndexedDataset.ChooseBalanced(all, Share("test"), Seed, manifest.Name);
        var remaining = new IndexedDataset(all, rest, "rest");
        var (validates, learns) = IndexedDataset.ChooseBalanced(remaining, Share("val"), Seed, manifest.Name);
        return (
            Part(all, [.. learns.Select(i => rest[i])], "train"),
            Part(all, [.. validates.Select(i => rest[i])], "val"),
            Part(all, tests, "test")
        );
    }

    /// <summary>The folder that holds the class folders: the first of the manifest's that is there, or its own.</summary>
    internal static string Find(DatasetManifest manifest, string root)
    {
        var below = Path.Combine(root, manifest.Folder);
        return manifest.Split("all").Files.Select(file => Path.Combine(below, file)).FirstOrDefault(Directory.Exists)
            ?? below;
    }

    private static IndexedDataset Part(ImageFolder all, int[] indices, string split) =>
        new(all, indices, $"{split}: own split, seed {Seed}");

    private static void RefuseTiff(string folder, DatasetManifest manifest)
    {
        if (!Directory.Exists(folder))
            throw new DatasetNotFoundException(
                $"{manifest.Name}: no folder {Path.GetFullPath(folder)}; expected one folder a class in it. Fetch the set with: vitnb data get {manifest.Name}."
            );
        var tiff = Directory
            .EnumerateFiles(folder, "*.tif*", SearchOption.AllDirectories)
            .FirstOrDefault(file => Path.GetExtension(file) is ".tif" or ".tiff" or ".TIF" or ".TIFF");
        if (tiff is not null)
            throw new DatasetFormatException(
                $"{tiff}: TIFF files are not read. {manifest.Conversion ?? "Turn them into PNG files beside them and remove the TIFF files."}",
                tiff
            );
    }
}

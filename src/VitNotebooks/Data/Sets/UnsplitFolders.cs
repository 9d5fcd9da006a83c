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
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">No such folder, or a class has none.</exception>
    /// <exception cref="DatasetFormatException">A class without images, or files that are not read.</exception>
    /// <exception cref="ManifestException">The manifest does not say how many images are chosen.</exception>
    public static (IImageDataset Train, IImageDataset? Validation, IImageDataset Test) Open(
        string folder,
        DatasetManifest manifest,
        OpenOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return Divide(OpenWhole(folder, manifest, options), manifest);
    }

    /// <summary>Divides images that are there without a split.</summary>
    /// <param name="all">The images.</param>
    /// <param name="manifest">The counts of its splits.</param>
    /// <exception cref="ManifestException">The manifest does not say how many images are chosen.</exception>
    internal static (IImageDataset Train, IImageDataset? Validation, IImageDataset Test) Divide(
        IImageDataset all,
        DatasetManifest manifest
    )
    {
        var of = (double)(Count(manifest, "all") ?? all.Count);
        // What is stated for the whole is exact; of a part of the images it is the same share.
        int Share(int count) => (int)Math.Round(all.Count * (count / of));
        if (Count(manifest, "train") is { } trained && Count(manifest, "val") is null)
        {
            var (chosen, others) = IndexedDataset.ChooseBalanced(all, Share(trained), Seed, manifest.Name);
            var trains = $"{chosen.Length} of {all.Count} train";
            return (Part(all, chosen, "train", trains), null, Part(all, others, "test", trains));
        }
        if (Count(manifest, "test") is not { } tested)
        {
            throw new ManifestException(
                manifest.Name,
                ["splits.train.count, or splits.test.count, must say how many images are chosen"]
            );
        }

        var (tests, rest) = IndexedDataset.ChooseBalanced(all, Share(tested), Seed, manifest.Name);
        var remaining = new IndexedDataset(all, rest, "rest");
        var (validates, learns) = IndexedDataset.ChooseBalanced(
            remaining,
            Share(Count(manifest, "val") ?? 0),
            Seed,
            manifest.Name
        );
        var sizes = $"{tests.Length} and {validates.Length} of {all.Count} set aside";
        return (
            Part(all, [.. learns.Select(i => rest[i])], "train", sizes),
            validates.Length > 0 ? Part(all, [.. validates.Select(i => rest[i])], "val", sizes) : null,
            Part(all, tests, "test", sizes)
        );
    }

    /// <summary>All its images, not divided.</summary>
    /// <inheritdoc cref="Open"/>
    internal static ImageFolder OpenWhole(string folder, DatasetManifest manifest, OpenOptions? options)
    {
        RefuseTiff(folder, manifest, options ?? OpenOptions.Default);
        return manifest.Classes.Count > 0
            ? ImageFolder.Of(folder, manifest.Classes, manifest.Classes, manifest.Name, options)
            : new ImageFolder(folder, options: options, name: manifest.Name);
    }

    /// <summary>The folder that holds the class folders: the first of the manifest's that is there, or its own.</summary>
    internal static string Find(DatasetManifest manifest, string root)
    {
        var below = Path.Combine(root, manifest.Folder);
        return manifest
                .Splits.Where(split => split.Name == "all")
                .SelectMany(split => split.Files)
                .Select(file => Path.Combine(below, file))
                .FirstOrDefault(Directory.Exists)
            ?? below;
    }

    private static int? Count(DatasetManifest manifest, string split) =>
        manifest.Splits.FirstOrDefault(s => s.Name == split)?.Count;

    // Identity holds what decides who is chosen: the seed and the sizes.
    private static IndexedDataset Part(IImageDataset all, int[] indices, string split, string sizes) =>
        new(all, indices, $"{split}: own split, seed {Seed}, {sizes}");

    private static void RefuseTiff(string folder, DatasetManifest manifest, OpenOptions options)
    {
        if (!Directory.Exists(folder))
        {
            throw new DatasetNotFoundException(
                $"{manifest.Name}: no folder {Path.GetFullPath(folder)}; expected one folder a class in it. Fetch the set with: vitnb data get {manifest.Name}."
            );
        }

        // The endings are compared here, in either case, since patterns of the file system see one.
        var tiff = options
            .Listing(folder, Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .FirstOrDefault(file => Path.GetExtension(file).ToLowerInvariant() is ".tif" or ".tiff");
        if (tiff is not null)
        {
            throw new DatasetFormatException(
                $"{tiff}: TIFF files are not read. {manifest.Conversion ?? "Turn them into PNG files beside them and remove the TIFF files."}",
                tiff
            );
        }
    }
}

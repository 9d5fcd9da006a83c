using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace VitNotebooks.Data;

/// <summary>
/// ImageNet-1K (ILSVRC2012) and subsets of its classes, classes in order of their wnids: folders train/n01440764 and val/n01440764 as everybody has them; val as one
/// folder with the development kit's labels; or the published archives as they are, ILSVRC2012_img_train.tar (a tar file a class inside) and
/// ILSVRC2012_img_val.tar with ILSVRC2012_devkit_t12.tar.gz, whose images are read from where they lie.
/// </summary>
public static partial class ImageNet
{
    private const string TrainTar = "ILSVRC2012_img_train.tar";
    private const string ValidationTar = "ILSVRC2012_img_val.tar";

    /// <summary>The archives' folder; a subset looks in its own folder first.</summary>
    internal const string FolderName = "imagenet";

    /// <summary>Opens a split.</summary>
    /// <param name="folder">The folder with train and val, or the archives.</param>
    /// <param name="split"><c>train</c> or <c>val</c>.</param>
    /// <param name="manifest">Its name, its classes and its counts; another set's than ImageNet-1K's classes are a subset.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">Nothing of the split is there, or a class is not.</exception>
    /// <exception cref="DatasetFormatException">An archive is damaged, or the development kit does not fit the images.</exception>
    public static IImageDataset OpenSplit(
        string folder,
        string split,
        DatasetManifest manifest,
        OpenOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var isTrain = split switch
        {
            "train" => true,
            "val" => false,
            _ => throw new ArgumentException($"ImageNet has no split '{split}'; it has train and val.", nameof(split)),
        };
        var name = $"{manifest.Name}/{split}";
        var images = Path.Combine(folder, split);
        var tar = Path.Combine(folder, isTrain ? TrainTar : ValidationTar);
        if (Directory.Exists(images))
        {
            return !isTrain && IsFlat(images)
                ? Listed(folder, images, name, manifest, options)
                : ImageFolder.Of(images, manifest.Classes, manifest.Classes, name, options);
        }

        if (File.Exists(tar))
        {
            return isTrain
                ? TrainFromTar(tar, name, manifest, options)
                : ValidationFromTar(folder, tar, name, manifest, options);
        }

        throw new DatasetNotFoundException(
            $"{manifest.Name}: neither a folder {split} nor {Path.GetFileName(tar)} is in {Path.GetFullPath(folder)}. "
                + $"How to get it says: vitnb data get {manifest.Name}."
        );
    }

    /// <summary>Whether something of both splits is in a folder.</summary>
    internal static bool IsPresent(string folder) =>
        (Directory.Exists(Path.Combine(folder, "train")) || File.Exists(Path.Combine(folder, TrainTar)))
        && (Directory.Exists(Path.Combine(folder, "val")) || File.Exists(Path.Combine(folder, ValidationTar)));

    private static bool IsFlat(string folder) =>
        Directory.EnumerateFiles(folder).Any(file => ValidationName().IsMatch(Path.GetFileName(file)));

    private static TarImages TrainFromTar(string tar, string name, DatasetManifest manifest, OpenOptions? options)
    {
        // Another list's classes may be called anything; an index knows wnids alone.
        var isWnids = manifest.Classes.All(wnid => NumberOfWnid(wnid) >= 0);
        var names = Labels(manifest);
        Func<string, int> numberOf = isWnids ? NumberOfWnid : wnid => names.GetValueOrDefault(wnid, -1);
        var labels = names.ToDictionary(label => numberOf(label.Key), label => label.Value);
        var images = new TarImages(name, manifest.Classes, [tar], options);
        var found = new int[manifest.Classes.Count];
        using var handle = TarImages.Open(tar);
        var entries = isWnids
            ? PlaceIndex.Of(tar, PlaceKind.Wnids, opened => TrainEntries(tar, opened, numberOf, options))
            : TrainEntries(tar, handle, numberOf, options);
        for (var i = 0; i < entries.Count; i++)
        {
            if (!labels.TryGetValue(entries.Numbers[i], out var label))
            {
                continue;
            }

            images.Add(0, entries, i, label);
            found[label]++;
        }
        RequireAll(tar, name, manifest, found);
        return images;
    }

    internal static ImagePlaces TrainEntries(
        string tar,
        SafeFileHandle handle,
        Func<string, int> numberOf,
        OpenOptions? options
    )
    {
        var entries = new ImagePlaces();
        foreach (var archive in new TarMembers(handle, tar, options).Read(0, RandomAccess.GetLength(handle)))
        {
            var wnid = Path.GetFileNameWithoutExtension(archive.Name);
            var number = numberOf(wnid);
            if (!archive.Name.EndsWith(".tar", StringComparison.Ordinal) || number < 0)
            {
                continue;
            }

            foreach (
                var member in new TarMembers(handle, $"{tar}, {archive.Name}").Read(archive.Offset, archive.Length)
            )
            {
                if (ImageFolder.IsImage(member.Name))
                {
                    entries.Add(member, number, tar);
                }
            }
        }
        return entries;
    }

    // n01440764 is 1440764.
    internal static int NumberOfWnid(string wnid) =>
        wnid.Length == 9
        && wnid[0] == 'n'
        && int.TryParse(wnid.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : -1;

    private static TarImages ValidationFromTar(
        string folder,
        string tar,
        string name,
        DatasetManifest manifest,
        OpenOptions? options
    )
    {
        var labels = Labels(manifest);
        var classes = ImageNetDevkit.ValidationClasses(folder, Whole(manifest));
        var images = new TarImages(name, manifest.Classes, [tar], options);
        var found = new int[manifest.Classes.Count];
        var entries = PlaceIndex.Of(
            tar,
            PlaceKind.ValidationNumbers,
            handle => ValidationEntries(tar, handle, options)
        );
        int[] order = [.. Enumerable.Range(0, entries.Count).OrderBy(i => entries.Numbers[i])];
        CheckNumbers(tar, [.. order.Select(i => entries.Numbers[i])], classes.Length);
        foreach (var i in order)
        {
            if (!labels.TryGetValue(classes[entries.Numbers[i] - 1], out var label))
            {
                continue;
            }

            images.Add(0, entries, i, label);
            found[label]++;
        }
        RequireAll(tar, name, manifest, found);
        return images;
    }

    private static ImagePlaces ValidationEntries(string tar, SafeFileHandle handle, OpenOptions? options)
    {
        var entries = new ImagePlaces();
        foreach (var member in new TarMembers(handle, tar, options).Read(0, RandomAccess.GetLength(handle)))
        {
            if (NumberOf(member.Name) is > 0 and var number)
            {
                entries.Add(member, number, tar);
            }
        }
        return entries;
    }

    private static ListedImages Listed(
        string folder,
        string images,
        string name,
        DatasetManifest manifest,
        OpenOptions? options
    )
    {
        var labels = Labels(manifest);
        var classes = ImageNetDevkit.ValidationClasses(folder, Whole(manifest));
        var files = classes
            .Select((wnid, i) => (Wnid: wnid, File: $"ILSVRC2012_val_{i + 1:D8}.JPEG"))
            .Where(image => labels.ContainsKey(image.Wnid))
            .Select(image => (image.File, labels[image.Wnid]));
        return new ListedImages(images, name, manifest.Classes, files, $"Extract {ValidationTar} there.", options);
    }

    // The development kit numbers all thousand classes.
    private static DatasetManifest Whole(DatasetManifest manifest) =>
        manifest.PublisherOrder.Count > 0 ? manifest : DatasetManifests.Get("imagenet1k");

    private static Dictionary<string, int> Labels(DatasetManifest manifest) =>
        manifest.Classes.Select((wnid, i) => (wnid, i)).ToDictionary(c => c.wnid, c => c.i, StringComparer.Ordinal);

    private static int NumberOf(string name) =>
        ValidationName().Match(name) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : 0;

    private static void CheckNumbers(string tar, int[] numbers, int labels)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] != i + 1)
            {
                throw new DatasetFormatException(
                    $"{tar}: image {i + 1} is missing or there twice (found number {numbers[i]}); expected 1 to {labels:N0}. Fetch the archive again.",
                    tar
                );
            }
        }
        if (numbers.Length != labels)
        {
            throw new DatasetFormatException(
                $"{tar}: {numbers.Length:N0} images, and the development kit has {labels:N0} labels; expected as many.",
                tar
            );
        }
    }

    private static void RequireAll(string tar, string name, DatasetManifest manifest, int[] found)
    {
        string[] missing = [.. manifest.Classes.Where((_, i) => found[i] == 0)];
        if (missing.Length > 0)
        {
            throw new DatasetFormatException(
                $"{tar}: {missing.Length:N0} of the {found.Length:N0} classes of {name} have no image in it: {string.Join(", ", missing.Take(3))}"
                    + $"{(missing.Length > 3 ? ", .." : "")}. Fetch the archive again.",
                tar
            );
        }
    }

    [GeneratedRegex(@"(?:^|/)ILSVRC2012_val_([0-9]{8})\.JPEG$", RegexOptions.CultureInvariant)]
    private static partial Regex ValidationName();
}

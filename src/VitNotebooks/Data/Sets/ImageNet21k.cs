using Microsoft.Win32.SafeHandles;

namespace VitNotebooks.Data;

/// <summary>
/// ImageNet-21k in the releases Fall 2011 and Winter 2021: folders train/n01440764; or the tar files of the classes as the archive holds them, in train, in winter21_whole or fall11_whole or
/// beside one another; or winter21_whole.tar or fall11_whole.tar whole, a tar file of those. Classes are those that are there, in order of their wnids as texts.
/// </summary>
/// <remarks>No split is published. Images of a folder val, where somebody has put some aside, are the test split; without one there is none.</remarks>
public static class ImageNet21k
{
    private const string Winter = "winter21_whole";
    private const string Fall = "fall11_whole";

    /// <summary>Lists the images.</summary>
    /// <param name="folder">The folder with one of the forms.</param>
    /// <param name="name">What tables call the split.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">None of the forms is there.</exception>
    /// <exception cref="DatasetFormatException">An archive is damaged, or a class has no image.</exception>
    public static IImageDataset Open(string folder, string name, OpenOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (ClassFolders(folder) is { } classFolders)
        {
            return new ImageFolder(classFolders, options: options, name: name);
        }

        if (ClassTars(folder) is { Length: > 0 } tars)
        {
            return FromClassTars(tars, name, options);
        }

        if (WholeTar(folder) is { } whole)
        {
            return FromWhole(whole, name, options);
        }

        var packed = new[] { Winter, Fall }
            .Select(release => Path.Combine(folder, $"{release}.tar.gz"))
            .FirstOrDefault(File.Exists);
        throw new DatasetNotFoundException(
            packed is null
                ? $"{name}: neither folders train/n01440764, nor tar files n01440764.tar, nor {Winter}.tar or {Fall}.tar are in {Path.GetFullPath(folder)}. "
                    + "How to get it says: vitnb data get imagenet21k."
                : $"{packed}: images cannot be read by their place in a .tar.gz file. Unpack it there, once: tar xzf {Path.GetFileName(packed)}; or gunzip {Path.GetFileName(packed)}."
        );
    }

    /// <summary>Whether one of the forms is there.</summary>
    internal static bool IsPresent(string folder) =>
        ClassFolders(folder) is not null || ClassTars(folder).Length > 0 || WholeTar(folder) is not null;

    private static string? ClassFolders(string folder)
    {
        var train = Path.Combine(folder, "train");
        return Directory.Exists(train) && Directory.EnumerateDirectories(train).Any() ? train : null;
    }

    private static string[] ClassTars(string folder)
    {
        foreach (var each in new[] { "train", Winter, Fall, "." })
        {
            var below = Path.Combine(folder, each);
            if (!Directory.Exists(below))
            {
                continue;
            }

            string[] tars =
            [
                .. Directory
                    .EnumerateFiles(below, "n*.tar")
                    .Where(tar => ImageNet.NumberOfWnid(Path.GetFileNameWithoutExtension(tar)) >= 0)
                    .Order(StringComparer.Ordinal),
            ];
            if (tars.Length > 0)
            {
                return tars;
            }
        }
        return [];
    }

    private static string? WholeTar(string folder) =>
        new[] { Winter, Fall }.Select(release => Path.Combine(folder, $"{release}.tar")).FirstOrDefault(File.Exists);

    private static TarImages FromClassTars(string[] tars, string name, OpenOptions? options)
    {
        string[] classes = [.. tars.Select(tar => Path.GetFileNameWithoutExtension(tar))];
        var images = new TarImages(name, classes, tars, options);
        for (var i = 0; i < tars.Length; i++)
        {
            var tar = tars[i];
            var number = ImageNet.NumberOfWnid(classes[i]);
            var entries = PlaceIndex.Of(tar, PlaceKind.Wnids, handle => ClassEntries(tar, handle, number, options));
            if (entries.Count == 0)
            {
                throw NoImages(tar, classes[i]);
            }

            for (var entry = 0; entry < entries.Count; entry++)
            {
                images.Add(i, entries, entry, i);
            }
        }
        return images;
    }

    private static ImagePlaces ClassEntries(string tar, SafeFileHandle handle, int number, OpenOptions? options)
    {
        var entries = new ImagePlaces();
        foreach (var member in new TarMembers(handle, tar, options).Read(0, RandomAccess.GetLength(handle)))
        {
            if (ImageFolder.IsImage(member.Name))
            {
                entries.Add(member, number, tar);
            }
        }
        return entries;
    }

    private static TarImages FromWhole(string tar, string name, OpenOptions? options)
    {
        var entries = PlaceIndex.Of(
            tar,
            PlaceKind.Wnids,
            handle => ImageNet.TrainEntries(tar, handle, ImageNet.NumberOfWnid, options)
        );
        // Wnids have eight digits each, so that their numbers are in the order of the texts.
        int[] numbers = [.. entries.Numbers.Distinct().Order()];
        if (numbers.Length == 0)
        {
            throw NoImages(tar, "any class");
        }

        string[] classes = [.. numbers.Select(number => $"n{number:D8}")];
        var images = new TarImages(name, classes, [tar], options);
        for (var i = 0; i < entries.Count; i++)
        {
            images.Add(0, entries, i, Array.BinarySearch(numbers, entries.Numbers[i]));
        }

        return images;
    }

    private static DatasetFormatException NoImages(string tar, string what) =>
        new(
            $"{tar}: no image of {what} is in it; expected files like n01440764_10026.JPEG. Fetch the archive again.",
            tar
        );
}

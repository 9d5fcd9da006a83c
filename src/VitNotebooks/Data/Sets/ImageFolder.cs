using System.Security.Cryptography;
using VitNotebooks.Data.Codecs;

namespace VitNotebooks.Data;

/// <summary>
/// A folder with one folder a class, image files anywhere below: torchvision's ImageFolder. Classes and files are in ordinal
/// order of their names (so "10" stands before "2"), which is the order that published weights assume. Files with a picture's ending are all counted,
/// whatever their content; a file of another ending is no image and is counted in <see cref="IgnoredFiles"/>.
/// </summary>
public sealed class ImageFolder : ImageFileDataset
{
    private static readonly HashSet<string> Endings = new(
        [".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp"],
        StringComparer.OrdinalIgnoreCase
    );

    private readonly string[] _endings;
    private readonly bool _inOrder;

    /// <summary>Lists a folder; no image is read.</summary>
    /// <param name="folder">The folder of class folders.</param>
    /// <param name="classes">Class names in index order, if another split decides them; a class folder that is not among them is an error.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <param name="name">What tables call it; default: the folder's name.</param>
    /// <exception cref="DatasetNotFoundException">No such folder.</exception>
    /// <exception cref="DatasetFormatException">No class folder, a class without images, or an unknown class.</exception>
    public ImageFolder(
        string folder,
        IReadOnlyList<string>? classes = null,
        OpenOptions? options = null,
        string? name = null
    )
        : this(folder, ClassFolders(folder), classes, classes, options, name) { }

    private ImageFolder(
        string folder,
        string[] found,
        IReadOnlyList<string>? folderNames,
        IReadOnlyList<string>? classes,
        OpenOptions? options,
        string? name
    )
        : base(folder, name, classes ?? found, options)
    {
        var opening = options ?? OpenOptions.Default;
        _endings = [.. opening.Decode.Codecs.SelectMany(codec => codec.Endings)];
        var labels = new Dictionary<string, int>(StringComparer.Ordinal);
        _inOrder = (folderNames ?? found).SequenceEqual((folderNames ?? found).Order(StringComparer.Ordinal));
        foreach (var folderName in folderNames ?? found)
        {
            labels.TryAdd(folderName, labels.Count);
        }
        foreach (var className in found)
        {
            AddClass(className, labels, opening);
        }
    }

    /// <summary>Files without a picture's ending, which were left out.</summary>
    public int IgnoredFiles { get; private set; }

    /// <summary>Takes the folders of some classes out of a folder that may hold more; each class must have its folder.</summary>
    /// <param name="folder">The folder of class folders.</param>
    /// <param name="folderNames">The classes' folders, in index order.</param>
    /// <param name="classes">What the classes are called.</param>
    /// <param name="name">What tables call it.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">A class has no folder.</exception>
    internal static ImageFolder Of(
        string folder,
        IReadOnlyList<string> folderNames,
        IReadOnlyList<string> classes,
        string name,
        OpenOptions? options = null
    )
    {
        HashSet<string> there = [.. ClassFolders(folder)];
        string[] missing = [.. folderNames.Where(each => !there.Contains(each))];
        if (missing.Length > 0)
        {
            throw new DatasetNotFoundException(
                $"{Path.GetFullPath(folder)}: {missing.Length:N0} of the {folderNames.Count:N0} class folders of {name} are missing: "
                    + $"{string.Join(", ", missing.Take(3))}{(missing.Length > 3 ? ", .." : "")}. Extract the archive again."
            );
        }
        return new ImageFolder(folder, [.. folderNames], folderNames, classes, options, name);
    }

    /// <summary>Whether a file's name ends as an image's does.</summary>
    internal static bool IsImage(string path) => Endings.Contains(Path.GetExtension(path));

    private protected override string? Remark =>
        IgnoredFiles > 0 ? $"{IgnoredFiles:N0} files that are no images left out" : null;

    // The folder in the path is the class, and its place among the others the label, where they are in order.
    private protected override void HashLabel(IncrementalHash hash, int label)
    {
        if (!_inOrder)
        {
            base.HashLabel(hash, label);
        }
    }

    private static string[] ClassFolders(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DatasetNotFoundException(
                $"{Path.GetFullPath(folder)}: no such folder; expected one folder a class in it, with JPEG or PNG files."
            );
        }
        var full = Path.GetFullPath(folder);
        string[] found =
        [
            .. Directory.GetDirectories(full).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal),
        ];
        return found.Length > 0
            ? found
            : throw new DatasetFormatException(
                $"{full}: no class folders; expected e.g. {Path.Combine(full, "cat", "1.jpg")}, one folder a class.",
                full
            );
    }

    private void AddClass(string name, Dictionary<string, int> labels, OpenOptions opening)
    {
        var folder = Path.Combine(Folder, name);
        if (!labels.TryGetValue(name, out var label))
        {
            throw new DatasetFormatException(
                $"{folder}: a class that the training split does not have; expected one of its {Classes.Count} "
                    + $"({string.Join(", ", Classes.Take(5))}{(Classes.Count > 5 ? ", .." : "")}). Rename the folder or take it out.",
                folder
            );
        }
        var before = Count;
        var folders = new List<string> { folder };
        folders.AddRange(
            opening.Listing(folder, Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories))
        );
        foreach (var each in folders.Order(StringComparer.Ordinal))
        {
            var at = AddFolder(each);
            foreach (
                var file in opening
                    .Listing(each, Directory.EnumerateFiles(each))
                    .Select(f => Path.GetFileName(f))
                    .Order(StringComparer.Ordinal)
            )
            {
                if (IsImage(file) || _endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                {
                    AddFile(at, file, label);
                }
                else
                {
                    IgnoredFiles++;
                }
            }
        }
        if (Count == before)
        {
            throw new DatasetFormatException(
                $"{folder}: a class without images; expected at least one .jpg, .jpeg or .png file. Add images or remove the folder.",
                folder
            );
        }
    }
}

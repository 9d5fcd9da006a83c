using System.Globalization;
using System.Text.RegularExpressions;
using VitNotebooks.Data.Codecs;
using VitNotebooks.Data.Manifests;

namespace VitNotebooks.Data;

/// <summary>Datasets by name.</summary>
public static partial class Datasets
{
    /// <summary>The environment variable that names the folder of datasets.</summary>
    public const string RootVariable = "VITNB_DATA";

    /// <summary>
    /// The names that <see cref="Open(string, string)"/> knows: those of the manifests whose layout is read, and the embedded shapes. Besides them it takes a folder, or
    /// the file of a manifest of one's own.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. DatasetManifests.All.Where(manifest => manifest.Format is not null).Select(manifest => manifest.Name),
        "shapes",
    ];

    /// <summary>
    /// The tasks of published evaluations that <see cref="Open(string, string)"/> cuts out of those sets: <c>vtab-1k/cifar100</c> with 800 images to train on and 200
    /// to choose by, <c>few-shot/pets</c>. What of the protocol is not published is said by <see cref="VisionData.Notes"/>.
    /// </summary>
    public static IReadOnlyList<string> Tasks { get; } =
    [
        .. DatasetManifests
            .All.Where(manifest => manifest.Format is not null)
            .SelectMany(manifest => manifest.Protocols)
            .Select(protocol => protocol.Name),
    ];

    /// <summary>Opens a dataset with its usual preprocessing and no augmentation.</summary>
    /// <param name="name">
    /// One of <see cref="Names"/> or an alias; one of <see cref="Tasks"/>; <c>shapes</c> (embedded, 32 px) or <c>shapes64</c> and the like; a folder that holds <c>train</c> and <c>val</c> or
    /// <c>test</c>, each with one folder a class; a manifest's file, which ends in .json; or a file that <c>vitnb data pack</c> made.
    /// </param>
    /// <param name="root">
    /// Folder of datasets; default: <see cref="DatasetStore.DefaultRoot"/>, into which <c>vitnb data get</c> fetches, for a manifest's file also the
    /// folder it lies in.
    /// </param>
    /// <exception cref="DatasetNotFoundException">Nothing of that name, or no files at the path.</exception>
    /// <exception cref="DatasetFormatException">The files are damaged.</exception>
    public static VisionData Open(string name, string? root = null) => Open(name, new OpenOptions { Root = root });

    /// <summary>Opens a dataset with its usual preprocessing and no augmentation, and its image files decoded as the options say.</summary>
    /// <param name="name">As <see cref="Open(string, string)"/> takes it.</param>
    /// <param name="options">Folder of datasets, how image files are decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">Nothing of that name, or no files at the path.</exception>
    /// <exception cref="DatasetFormatException">The files are damaged, or name more or fewer images than their publisher states.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static VisionData Open(string name, OpenOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(options);
        options.CancellationToken.ThrowIfCancellationRequested();
        if (DatasetManifests.Find(name) is { } manifest)
        {
            return Open(manifest, options);
        }
        if (DatasetManifests.FindProtocol(name) is { } task)
        {
            var root = options.Root ?? RootOf(task.Manifest, [DatasetStore.DefaultRoot]);
            return DatasetProtocols.Open(task.Manifest, task.Protocol, root, options.Validated());
        }
        if (ShapesName().Match(name) is { Success: true } match)
        {
            var size = match.Groups[1].Value;
            var shapes = new ShapesOptions();
            return SyntheticShapes.Open(
                size.Length == 0 ? shapes : shapes with { Size = int.Parse(size, CultureInfo.InvariantCulture) }
            );
        }
        if (DatasetManifests.IsFile(name))
        {
            return Open(DatasetManifest.Read(name), RootsOf(name, options.Root), options);
        }
        if (File.Exists(name))
        {
            return PackedDataset.OpenSet(name, options.Decode);
        }
        if (!Directory.Exists(name))
        {
            throw new DatasetNotFoundException(
                $"'{name}': no dataset of that name and no such folder; did you mean {string.Join(" or ", DatasetManifests.Nearest(name, Names.Concat(Tasks)))}? "
                    + $"Known names: {string.Join(", ", Names)} (or shapes64 and so on), or give a folder with train/ and val/ or test/ in it, or a packed file."
            );
        }
        return Cifar10.IsPresent(name) ? FromLayout("cifar10", name, options)
            : Cifar100.IsPresent(name) ? FromLayout("cifar100", name, options)
            : FromFolder(name, options.Validated());
    }

    /// <summary>Opens what a manifest describes.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="root">Folder of datasets; default: <see cref="DatasetStore.DefaultRoot"/>, into which <c>vitnb data get</c> fetches.</param>
    /// <exception cref="DatasetNotFoundException">Its files are not there, or its layout is not read.</exception>
    /// <exception cref="DatasetFormatException">The files are damaged.</exception>
    public static VisionData Open(DatasetManifest manifest, string? root = null) =>
        Open(manifest, new OpenOptions { Root = root });

    /// <summary>Opens what a manifest describes, its image files decoded as the options say.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="options">Folder of datasets, how image files are decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">Its files are not there, or its layout is not read.</exception>
    /// <exception cref="DatasetFormatException">The files are damaged, or name more or fewer images than their publisher states.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static VisionData Open(DatasetManifest manifest, OpenOptions options)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(options);
        options.CancellationToken.ThrowIfCancellationRequested();
        return options.Root is { } root
            ? DatasetFormats.Open(manifest, root, options)
            : Open(manifest, [DatasetStore.DefaultRoot], options);
    }

    /// <summary>Whether <see cref="Open(string, string)"/> would find files (or needs none); their content is not checked.</summary>
    public static bool IsPresent(string name, string? root = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (DatasetManifests.Find(name) is { } manifest)
        {
            return IsPresent(manifest, [root ?? DatasetStore.DefaultRoot]);
        }
        if (DatasetManifests.FindProtocol(name) is { } task)
        {
            return IsPresent(task.Manifest, [root ?? DatasetStore.DefaultRoot]);
        }
        if (DatasetManifests.IsFile(name))
        {
            return File.Exists(name) && IsPresent(DatasetManifest.Read(name), RootsOf(name, root));
        }
        return ShapesName().IsMatch(name) || Directory.Exists(name) || File.Exists(name);
    }

    private static bool IsPresent(DatasetManifest manifest, string[] roots) =>
        manifest.Format is not null && roots.Any(root => DatasetFormats.Of(manifest).IsPresent(manifest, root));

    // What was fetched lies in the folder of datasets, and what somebody has put together beside its manifest.
    private static string[] RootsOf(string manifestFile, string? root) =>
        root is null ? [DatasetStore.DefaultRoot, Path.GetDirectoryName(Path.GetFullPath(manifestFile))!] : [root];

    // From the first folder of datasets that has it, whole or in part.
    private static VisionData Open(DatasetManifest manifest, string[] roots, OpenOptions options) =>
        DatasetFormats.Open(manifest, RootOf(manifest, roots), options);

    private static string RootOf(DatasetManifest manifest, string[] roots)
    {
        var format = DatasetFormats.Of(manifest);
        return Array.Find(roots, each => format.IsPresent(manifest, each))
            ?? Array.Find(roots, each => Directory.Exists(Path.Combine(each, manifest.Folder)))
            ?? throw new DatasetNotFoundException(
                $"{manifest.Name}: no {manifest.Folder} in {string.Join(", nor in ", roots)}. Fetch it with: vitnb data get {manifest.Name}; or set "
                    + $"{RootVariable} to the folder that holds it, or pass root. Datasets.Open(\"shapes\") needs no files."
            );
    }

    // A folder that is itself the dataset's.
    private static VisionData FromLayout(string name, string folder, OpenOptions options)
    {
        var data = Open(DatasetManifests.Get(name), options with { Root = folder });
        return data with { Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) };
    }

    private static VisionData FromFolder(string folder, OpenOptions options)
    {
        var full = Path.GetFullPath(folder);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(full));
        var trainFolder = Path.Combine(full, "train");
        string[] tests = [.. new[] { "val", "test" }.Where(n => Directory.Exists(Path.Combine(full, n)))];
        if (!Directory.Exists(trainFolder) || tests.Length == 0)
        {
            throw new DatasetNotFoundException(
                $"{full}: expected the folders train and val (or test), each with one folder a class; found "
                    + $"{string.Join(", ", Directory.GetDirectories(full).Select(Path.GetFileName).Order(StringComparer.Ordinal).Take(8).DefaultIfEmpty("no folder"))}."
            );
        }
        // Where both are there, val is for choosing and test is read once at the end.
        var train = new ImageFolder(trainFolder, options: options, name: $"{name}/train");
        var test = new ImageFolder(Path.Combine(full, tests[^1]), train.Classes, options, $"{name}/{tests[^1]}");
        return new VisionData
        {
            Name = name,
            Train = train,
            Test = test,
            Validation =
                tests.Length == 2
                    ? new ImageFolder(Path.Combine(full, "val"), train.Classes, options, $"{name}/val")
                    : null,
            Preprocessing = Preprocessing.ImageNet(224),
        };
    }

    [GeneratedRegex("^shapes([0-9]{1,4})?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ShapesName();
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace VitNotebooks.Data;

/// <summary>Datasets by name.</summary>
public static partial class Datasets
{
    /// <summary>The environment variable that names the folder of datasets.</summary>
    public const string RootVariable = "VITNB_DATA";

    /// <summary>The names that <see cref="Open"/> knows; besides them it takes a folder.</summary>
    public static IReadOnlyList<string> Names { get; } = ["cifar10", "shapes"];

    /// <summary>Opens a dataset with its usual preprocessing and no augmentation.</summary>
    /// <param name="name">
    /// <c>cifar10</c>; <c>shapes</c> (embedded, 32 px) or <c>shapes64</c> and the like; or a folder that holds <c>train</c> and <c>val</c> or <c>test</c>, each
    /// with one folder a class.
    /// </param>
    /// <param name="root">Folder of datasets; default: the environment variable VITNB_DATA.</param>
    /// <exception cref="DatasetNotFoundException">Nothing of that name, or no files at the path.</exception>
    /// <exception cref="DatasetFormatException">The files are damaged.</exception>
    public static VisionData Open(string name, string? root = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (IsCifar10(name))
        {
            root ??=
                Root()
                ?? throw new DatasetNotFoundException(
                    $"cifar10: {RootVariable} is not set. Set it to the folder that holds {Cifar10.FolderName}, or pass root; "
                        + "Datasets.Open(\"shapes\") needs no files."
                );
            return FromCifar(root, "cifar10");
        }
        if (ShapesName().Match(name) is { Success: true } match)
        {
            string size = match.Groups[1].Value;
            var options = new ShapesOptions();
            return SyntheticShapes.Open(
                size.Length == 0 ? options : options with { Size = int.Parse(size, CultureInfo.InvariantCulture) }
            );
        }
        if (!Directory.Exists(name))
        {
            throw new DatasetNotFoundException(
                $"'{name}': no dataset of that name and no such folder; known names: {string.Join(", ", Names)} (or shapes64 and so on), "
                    + "or give a folder with train/ and val/ or test/ in it."
            );
        }
        return Cifar10.IsPresent(name) ? FromCifar(name, Path.GetFileName(Path.GetFullPath(name))) : FromFolder(name);
    }

    /// <summary>Whether <see cref="Open"/> would find files (or needs none); their content is not checked.</summary>
    public static bool IsPresent(string name, string? root = null)
    {
        if (IsCifar10(name))
        {
            return (root ?? Root()) is { } folder && Cifar10.IsPresent(folder);
        }
        return ShapesName().IsMatch(name) || Directory.Exists(name);
    }

    private static bool IsCifar10(string name) =>
        string.Equals(name, "cifar10", StringComparison.OrdinalIgnoreCase)
        || string.Equals(name, "cifar-10", StringComparison.OrdinalIgnoreCase);

    private static string? Root() =>
        Environment.GetEnvironmentVariable(RootVariable) is { Length: > 0 } value ? value
        : Directory.Exists(DatasetStore.DefaultRoot) ? DatasetStore.DefaultRoot // what vitnb data get has fetched
        : null;

    private static VisionData FromCifar(string root, string name)
    {
        (Cifar10 train, Cifar10 test) = Cifar10.Open(root);
        return new VisionData
        {
            Name = name,
            Train = train,
            Test = test,
            Preprocessing = Preprocessing.ImageNet(32),
            Statistics = train.Name.StartsWith("cifar10/", StringComparison.Ordinal) ? ChannelStatistics.Cifar10 : null,
        };
    }

    private static VisionData FromFolder(string folder)
    {
        string full = Path.GetFullPath(folder);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(full));
        string trainFolder = Path.Combine(full, "train");
        string[] tests = [.. new[] { "val", "test" }.Where(n => Directory.Exists(Path.Combine(full, n)))];
        if (!Directory.Exists(trainFolder) || tests.Length == 0)
        {
            throw new DatasetNotFoundException(
                $"{full}: expected the folders train and val (or test), each with one folder a class; found "
                    + $"{string.Join(", ", Directory.GetDirectories(full).Select(Path.GetFileName).Order(StringComparer.Ordinal).Take(8).DefaultIfEmpty("no folder"))}."
            );
        }
        // Where both are there, val is for choosing and test is read once at the end.
        var train = new ImageFolder(trainFolder, name: $"{name}/train");
        var test = new ImageFolder(Path.Combine(full, tests[^1]), train.Classes, name: $"{name}/{tests[^1]}");
        return new VisionData
        {
            Name = name,
            Train = train,
            Test = test,
            Validation =
                tests.Length == 2
                    ? new ImageFolder(Path.Combine(full, "val"), train.Classes, name: $"{name}/val")
                    : null,
            Preprocessing = Preprocessing.ImageNet(224),
        };
    }

    [GeneratedRegex("^shapes([0-9]{1,4})?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ShapesName();
}

using System.Globalization;

namespace VitNotebooks.Data;

/// <summary>
/// A domain of DomainNet (Peng et al. 2019, the cleaned version): list files <c>clipart_train.txt</c> and <c>clipart_test.txt</c> with lines
/// <c>clipart/aircraft_carrier/clipart_001_000001.jpg 0</c>, images below the same folder. The labels are the lists': sorted without regard to case and hyphens,
/// so that The_Eiffel_Tower stands among the t's; torchvision's ImageFolder sorts the folders otherwise.
/// </summary>
public static class DomainNet
{
    private const int LongestLine = 4096;

    /// <summary>Reads a list and looks which images are there.</summary>
    /// <param name="folder">The folder that holds the lists (itself or its folder txt) and the domains' folders.</param>
    /// <param name="list">The list's file name, e.g. <c>clipart_train.txt</c>.</param>
    /// <param name="name">What tables call it.</param>
    /// <param name="classes">Class names in index order.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">The list, or every image, is missing.</exception>
    /// <exception cref="DatasetFormatException">A line is no path and label; the message names it.</exception>
    public static ListedImages OpenSplit(
        string folder,
        string list,
        string name,
        IReadOnlyList<string> classes,
        OpenOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(classes);
        var path =
            FindList(folder, list)
            ?? throw new DatasetNotFoundException(
                $"{name}: {list} is neither in {Path.GetFullPath(folder)} nor in its folder txt. Fetch it with: vitnb data get {name.Split('/')[0]}."
            );
        var files = new List<(string Path, int Label)>();
        var folders = new Dictionary<int, string>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.Length == 0)
            {
                continue;
            }

            files.Add(Parse(path, number, line, classes.Count, folders));
        }
        if (files.Count == 0)
        {
            throw new DatasetFormatException(
                $"{path}: no image is listed; expected a path and a label a line. Fetch the list again.",
                path
            );
        }

        return new ListedImages(
            folder,
            name,
            classes,
            files,
            $"Extract the domain's archive there, or fetch it with: vitnb data get {name.Split('/')[0]}.",
            options
        );
    }

    /// <summary>Where a list is; null where it is not.</summary>
    internal static string? FindList(string folder, string list) =>
        new[] { Path.Combine(folder, list), Path.Combine(folder, "txt", list) }.FirstOrDefault(File.Exists);

    private static (string, int) Parse(
        string path,
        int number,
        string line,
        int classes,
        Dictionary<int, string> folders
    )
    {
        DatasetFormatException Fault(string what) => new($"{path}: line {number} {what}. Fetch the list again.", path);
        var space = line.LastIndexOf(' ');
        if (line.Length > LongestLine || space < 1)
        {
            throw Fault($"is '{Excerpt.Of(line)}'; expected a path, a space and a label");
        }

        var file = line[..space];
        if (
            !int.TryParse(line.AsSpan(space + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var label)
            || label >= classes
        )
        {
            throw Fault($"has the label '{Excerpt.Of(line[(space + 1)..])}'; expected 0..{classes - 1}");
        }

        var parts = file.Split('/');
        if (
            parts.Length < 2
            || file.Contains('\\')
            || file.Contains('\0')
            || parts.Any(part => part is "" or "." or "..")
        )
        {
            throw Fault($"has the path '{Excerpt.Of(file)}'; expected domain/class/file below the list's folder");
        }

        var of = parts[^2];
        if (folders.TryGetValue(label, out var known) ? known != of : !folders.TryAdd(label, of))
        {
            throw Fault(
                $"gives '{Excerpt.Of(of)}' the label {label}, which lines above give to '{Excerpt.Of(folders[label])}'"
            );
        }

        return (file, label);
    }
}

namespace VitNotebooks.Data;

/// <summary>
/// Image files that a dataset's own lists name, with their labels. Listed files that are not there are left out, counted and said:
/// <see cref="Missing"/>. A subset is then a subset, and its identity another.
/// </summary>
public sealed class ListedImages : ImageFileDataset
{
    private const int MostNamed = 3;
    private const int Told = 1000; // files between two words of how far it is

    private readonly List<string> _missing = [];
    private readonly int _listed;

    /// <summary>Looks which of the files are there; no image is read.</summary>
    /// <param name="folder">The folder that the paths begin in.</param>
    /// <param name="name">What tables call it.</param>
    /// <param name="classes">Class names in index order.</param>
    /// <param name="files">Paths below the folder with their labels, in the list's order.</param>
    /// <param name="remedy">What to do when none is there, a sentence.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">None of the files is there.</exception>
    internal ListedImages(
        string folder,
        string name,
        IReadOnlyList<string> classes,
        IEnumerable<(string Path, int Label)> files,
        string remedy,
        OpenOptions? options = null
    )
        : base(folder, name, classes, options)
    {
        var opening = options ?? OpenOptions.Default;
        // Once a folder, not once a file: a list of 100,000 files asks the disk 345 times.
        var folders = new Dictionary<string, (int Number, HashSet<string> Files)>(StringComparer.Ordinal);
        foreach (var (path, label) in files)
        {
            if (_listed++ % Told == 0)
            {
                opening.Listing(Folder, Count);
            }

            var slash = path.LastIndexOf('/');
            var below = slash < 0 ? "" : path[..slash];
            if (!folders.TryGetValue(below, out var there))
            {
                var full = Path.Combine(Folder, below);
                there = folders[below] = (AddFolder(full), FilesOf(full, opening));
            }
            var file = path[(slash + 1)..];
            if (there.Files.Contains(file))
            {
                AddFile(there.Number, file, label);
            }
            else
            {
                _missing.Add(path);
            }
        }
        if (Count == 0)
        {
            throw new DatasetNotFoundException(
                $"{Folder}: none of the {Listed:N0} images of {name} is there, e.g. {_missing.FirstOrDefault() ?? "any"}. {remedy}"
            );
        }
    }

    /// <summary>How many images the lists name.</summary>
    public override int Listed => _listed;

    /// <summary>The listed images that are not there, below <see cref="ImageFileDataset.Folder"/>.</summary>
    public IReadOnlyList<string> Missing => _missing;

    private static HashSet<string> FilesOf(string folder, OpenOptions opening) =>
        Directory.Exists(folder)
            ? opening
                .Listing(folder, Directory.EnumerateFiles(folder))
                .Select(f => Path.GetFileName(f))
                .ToHashSet(StringComparer.Ordinal)
            : [];

    private protected override string? Remark =>
        _missing.Count == 0
            ? null
            : $"{_missing.Count:N0} of {Listed:N0} listed images are not there ({string.Join(", ", _missing.Take(MostNamed))}{(_missing.Count > MostNamed ? ", .." : "")})";

    private protected override string IdentityRemarks() => _missing.Count == 0 ? "" : $" of {Listed} listed";
}

namespace VitNotebooks.Data;

/// <summary>
/// A folder that several users write to. Where its owner lets a group or everybody write there, what is stored in it can be read and taken up by
/// the same people, whatever the umask of the one who fetched it; elsewhere the umask decides alone.
/// </summary>
internal static class SharedFolder
{
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private const UnixFileMode Executable =
        UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherExecute
        | UnixFileMode.SetGroup
        | UnixFileMode.SetUser
        | UnixFileMode.StickyBit;

    /// <summary>The permissions of folders below a shared folder, which are its own; null where it is not shared.</summary>
    /// <param name="root">The shared folder.</param>
    public static UnixFileMode? FolderMode(string root)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(root))
        {
            return null;
        }

        var mode = File.GetUnixFileMode(root);
        return (mode & OthersWrite) == 0 ? null : mode;
    }

    /// <summary>The permissions of files below a shared folder: its own without the right to execute; null where it is not shared.</summary>
    /// <param name="root">The shared folder.</param>
    public static UnixFileMode? FileMode(string root) => FolderMode(root) & ~Executable;

    /// <summary>Makes a folder below a shared one, and those between them.</summary>
    /// <param name="root">The shared folder; made with the umask when it is not there.</param>
    /// <param name="folder">The folder below.</param>
    public static void Create(string root, string folder)
    {
        var mode = FolderMode(root);
        if (mode is null)
        {
            Directory.CreateDirectory(folder);
            return;
        }
        foreach (var below in Between(root, folder))
        {
            if (Directory.Exists(below))
            {
                continue;
            }

            Directory.CreateDirectory(below);
            Apply(below, mode);
        }
    }

    /// <summary>Gives a file or folder of ours its permissions; what belongs to somebody else is left as it is.</summary>
    public static void Apply(string path, UnixFileMode? mode)
    {
        if (mode is not { } given || OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            File.SetUnixFileMode(path, given);
        }
        catch (UnauthorizedAccessException) { } // its owner has set them
    }

    /// <summary>This machine and user as a part of a file's name: what only they write to, since not every file system that several share locks.</summary>
    public static string Owner { get; } =
        string.Concat(
            $"{Environment.MachineName}-{Environment.UserName}".Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')
        );

    private static IEnumerable<string> Between(string root, string folder)
    {
        var below = root;
        foreach (
            var name in Path.GetRelativePath(root, folder)
                .Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)
        )
        {
            yield return below = Path.Combine(below, name);
        }
    }
}

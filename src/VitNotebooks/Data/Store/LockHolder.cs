using System.Globalization;

namespace VitNotebooks.Data;

/// <summary>Who has a file locked, as far as the system tells: Linux lists all locks and every process's open files below <c>/proc</c>.</summary>
internal static class LockHolder
{
    /// <summary>What is said where the system does not tell: the holder is of another user, or on another machine that shares the folder.</summary>
    public const string Unknown = "another process, of another user or machine as it seems,";

    private const string Locks = "/proc/locks";

    /// <summary>A part of a sentence: <c>process 4711 (dotnet)</c>, <c>this process</c>, or <see cref="Unknown"/>.</summary>
    /// <param name="path">The locked file.</param>
    public static string Of(string path)
    {
        try
        {
            var full = Path.GetFullPath(path);
            foreach (var line in File.Exists(Locks) ? File.ReadAllLines(Locks) : [])
            {
                // 1: FLOCK  ADVISORY  WRITE 4711 08:01:131 0 EOF
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (
                    fields is [_, "FLOCK", _, "WRITE", var id, ..]
                    && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                    && HasOpen(process, full)
                )
                {
                    return process == Environment.ProcessId ? "this process" : $"process {id} ({NameOf(process)})";
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unknown;
        }
        return Unknown;
    }

    // A process of another user shows nothing, and one that has just ended is gone.
    private static bool HasOpen(int process, string path)
    {
        try
        {
            return Directory
                .EnumerateFileSystemEntries($"/proc/{process}/fd")
                .Any(opened => new FileInfo(opened).LinkTarget == path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string NameOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/comm").Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "ended";
        }
    }
}

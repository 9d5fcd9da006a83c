namespace VitNotebooks.Data.Archives;

/// <summary>Names of entries: relative, without detours, the same on every system.</summary>
internal static class EntryName
{
    /// <summary>The name without <c>.</c> and doubled or trailing <c>/</c>; empty for the root itself.</summary>
    /// <param name="name">As the archive has it.</param>
    /// <param name="archive">What messages call the archive.</param>
    /// <exception cref="UnsafeArchiveException">It is absolute, leads upwards, or would be another name elsewhere.</exception>
    public static string Normalize(string name, string archive)
    {
        if (name.StartsWith('/'))
        {
            throw Unsafe(name, archive, "is absolute");
        }

        if (name.Contains('\\', StringComparison.Ordinal))
        {
            throw Unsafe(name, archive, "has a backslash, which parts folders on other systems");
        }

        if (name.AsSpan().ContainsAnyInRange('\0', '\u001F'))
        {
            throw Unsafe(name, archive, "has a control character");
        }

        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToArray();
        foreach (var part in parts)
        {
            if (part == "..")
            {
                throw Unsafe(name, archive, "leads out of its folder with '..'");
            }

            if (part.Length >= 2 && part[1] == ':' && char.IsAsciiLetter(part[0]))
            {
                throw Unsafe(name, archive, "begins with a drive");
            }
        }
        return string.Join('/', parts);
    }

    /// <summary>What a link means: the name of an entry.</summary>
    /// <param name="link">The link's own normalized name.</param>
    /// <param name="target">What it points to, seen from the link's folder; or from the root, for a hard link.</param>
    /// <param name="isHard">Whether it is a hard link.</param>
    /// <param name="archive">What messages call the archive.</param>
    /// <exception cref="UnsafeArchiveException">It leads out of the archive.</exception>
    public static string OfLink(string link, string target, bool isHard, string archive)
    {
        if (isHard)
        {
            return Normalize(target, archive);
        }

        if (target.StartsWith('/'))
        {
            throw LeadsOut();
        }

        List<string> parts = [.. link.Split('/')[..^1]];
        foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."))
        {
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count == 0)
            {
                throw LeadsOut();
            }
            else
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }
        return Normalize(string.Join('/', parts), archive);

        UnsafeArchiveException LeadsOut() =>
            new(
                $"{archive}: the link '{Shown(link)}' leads to '{Shown(target)}', out of the archive. Nothing was unpacked; do not trust this file.",
                archive
            );
    }

    /// <summary>A name as messages show it: at most 200 characters, controls as their code.</summary>
    public static string Shown(string name)
    {
        const int Most = 200;
        var shown = string.Concat(name.Take(Most).Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : $"{c}"));
        return name.Length > Most ? shown + "..." : shown;
    }

    private static UnsafeArchiveException Unsafe(string name, string archive, string why) =>
        new($"{archive}: the entry '{Shown(name)}' {why}. Nothing was unpacked; do not trust this file.", archive);
}

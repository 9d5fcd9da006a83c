using System.Globalization;

namespace VitNotebooks.Data;

/// <summary>A text file of a dataset, a row a line, fields apart by single spaces or another letter.</summary>
internal sealed class ListFile
{
    private const int LongestLine = 4096;
    private const long MostBytes = 256L << 20; // a line is read before its length is known
    private readonly string _path;
    private readonly string _remedy;
    private readonly char _separator;

    /// <param name="path">The file.</param>
    /// <param name="remedy">What to do about a wrong or missing one, a sentence.</param>
    /// <param name="separator">What stands between two fields.</param>
    /// <exception cref="DatasetNotFoundException">It is not there.</exception>
    /// <exception cref="DatasetFormatException">It has over 256 MB.</exception>
    public ListFile(string path, string remedy, char separator = ' ')
    {
        _path = path;
        _remedy = remedy;
        _separator = separator;
        if (!File.Exists(path))
        {
            throw new DatasetNotFoundException($"{path} is missing. {remedy}");
        }
        if (new FileInfo(path).Length > MostBytes)
        {
            throw Fault($"it has over {MostBytes:N0} bytes, more than any list of a dataset");
        }
    }

    /// <summary>The rows that are not empty, each with its line's number; the last field takes the rest of the line.</summary>
    /// <exception cref="DatasetFormatException">A row has fewer fields, or is over 4,096 letters long.</exception>
    public IEnumerable<(int Line, string[] Fields)> Rows(int fields)
    {
        var number = 0;
        foreach (var line in File.ReadLines(_path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var parts = line.Length > LongestLine ? [] : line.TrimEnd().Split(_separator, fields);
            yield return parts.Length == fields && !parts.Contains("")
                ? (number, parts)
                : throw Fault(
                    number,
                    $"is '{Excerpt.Of(line)}'; expected {fields} fields apart by a {(_separator == ' ' ? "space" : "comma")}"
                );
        }
    }

    /// <summary>A whole number of a range.</summary>
    public int Number(int line, string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= least
        && number <= most
            ? number
            : throw Fault(line, $"has '{Excerpt.Of(text)}'; expected a whole number, {least} to {most}");

    /// <summary>A path below a folder, with <c>/</c>; none that leads out of it.</summary>
    public string Inside(int line, string path) =>
        IsInside(path)
            ? path
            : throw Fault(line, $"has the path '{Excerpt.Of(path)}'; expected one below the list's folder");

    /// <summary>Whether a path with <c>/</c> leads nowhere but below the folder it begins in.</summary>
    public static bool IsInside(string path) =>
        !path.Contains('\\') && !path.Contains('\0') && !path.Split('/').Any(part => part is "" or "." or "..");

    /// <summary>That a line is wrong.</summary>
    public DatasetFormatException Fault(int line, string what) => new($"{_path}: line {line} {what}. {_remedy}", _path);

    /// <summary>That the file is wrong.</summary>
    public DatasetFormatException Fault(string what) => new($"{_path}: {what}. {_remedy}", _path);
}

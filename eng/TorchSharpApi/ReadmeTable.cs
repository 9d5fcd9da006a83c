namespace TorchSharpApi;

/// <summary>The coverage table's place in a Markdown file, between two comments.</summary>
public static class ReadmeTable
{
    private const string Begin = "<!-- coverage: made by `dotnet run --project eng/TorchSharpApi -- readme` -->\n";
    private const string End = "<!-- end of coverage -->";

    /// <summary>The text with the table put in; a text without the two comments is refused.</summary>
    public static string Put(string text, string table)
    {
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
        {
            throw new FormatException(
                $"The README has no place for the table: expected a line '{Begin.Trim()}' and later '{End}'."
            );
        }

        return $"{text[..(begin + Begin.Length)]}\n{table}\n{text[end..]}";
    }
}

using System.Text;

namespace VitNotebooks.Experiments;

/// <summary>Rows of cells as aligned text and as Markdown; the first row is the head, numbers stand right.</summary>
internal static class TextGrid
{
    public static string ToText(IReadOnlyList<string[]> rows)
    {
        var widths = Widths(rows);
        StringBuilder text = new();
        for (var r = 0; r < rows.Count; r++)
        {
            text.AppendLine(
                string.Join(
                        "  ",
                        rows[r]
                            .Select(
                                (cell, c) => RightAligned(rows, c) ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c])
                            )
                    )
                    .TrimEnd()
            );
            if (r == 0)
            {
                text.AppendLine(string.Join("  ", widths.Select(w => new string('-', w))));
            }
        }
        return text.ToString().ReplaceLineEndings("\n");
    }

    public static string ToMarkdown(IReadOnlyList<string[]> rows)
    {
        StringBuilder text = new();
        for (var r = 0; r < rows.Count; r++)
        {
            text.Append("| ")
                .AppendJoin(" | ", rows[r].Select(c => c.Replace("|", "\\|", StringComparison.Ordinal)))
                .Append(" |\n");
            if (r == 0)
            {
                text.Append('|')
                    .AppendJoin('|', rows[0].Select((_, c) => RightAligned(rows, c) ? " ---: " : " --- "))
                    .Append("|\n");
            }
        }
        return text.ToString();
    }

    private static int[] Widths(IReadOnlyList<string[]> rows) =>
        [.. Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length))];

    private static bool RightAligned(IReadOnlyList<string[]> rows, int column) =>
        rows.Count > 1
        && rows.Skip(1)
            .All(r => r[column].Length == 0 || char.IsDigit(r[column][0]) || r[column][0] is '+' or '-' or '\u2212')
        && rows.Skip(1).Any(r => r[column].Length > 0);
}

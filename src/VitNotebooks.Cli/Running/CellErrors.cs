using System.Diagnostics;
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace VitNotebooks.Cli;

/// <summary>Failures of cells in the words of the person who wrote the cell: its number, line, code and the error.</summary>
internal static class CellErrors
{
    private const int MostDiagnostics = 10;

    /// <summary>The name that a cell's code has as a file.</summary>
    public static string FileName(int number) => "cell " + number.ToString(CultureInfo.InvariantCulture);

    public static CellError OfDirective(DirectiveException e, string source, int number)
    {
        var lines = new List<string> { $"Cell {number}: {e.Message}" };
        lines.AddRange(Excerpt(source, e.Line, column: 0));
        return new CellError("DirectiveError", e.Message, lines);
    }

    public static CellError OfCompilation(IReadOnlyList<Diagnostic> errors, string source, int number)
    {
        var lines = new List<string>();
        string? first = null;
        foreach (var error in errors.Take(MostDiagnostics))
        {
            var span = error.Location.GetMappedLineSpan();
            var own =
                !span.IsValid || string.Equals(Path.GetFileName(span.Path), FileName(number), StringComparison.Ordinal);
            var (line, column) = (span.StartLinePosition.Line + 1, span.StartLinePosition.Character + 1);
            var where = error.Location.IsInSource
                ? $"{(own ? "" : span.Path + " ")}line {line}, column {column}: "
                : "";
            var message = $"{where}{error.Id}: {error.GetMessage(CultureInfo.InvariantCulture)}";
            first ??= message;
            lines.Add($"Cell {number}, {message}");
            if (own && error.Location.IsInSource)
            {
                lines.AddRange(Excerpt(source, line, column));
            }
        }

        if (errors.Count > MostDiagnostics)
        {
            lines.Add($"and {errors.Count - MostDiagnostics} more errors.");
        }

        return new CellError("CompilationError", first!, lines);
    }

    public static CellError OfException(Exception thrown, string source, int number)
    {
        var e = Causes.Of(thrown);
        var frames = new StackTrace(e, fNeedFileInfo: true)
            .GetFrames()
            .Select(f => (File: Path.GetFileName(f.GetFileName()), Line: f.GetFileLineNumber()))
            .Where(f => f.File?.StartsWith("cell ", StringComparison.Ordinal) == true && f.Line > 0)
            .ToArray();
        var at = frames.FirstOrDefault(f => string.Equals(f.File, FileName(number), StringComparison.Ordinal));
        var where = at.Line > 0 ? $", line {at.Line}" : "";
        var name = e.GetType().Name;
        var lines = new List<string> { $"Cell {number}{where}: {name}: {e.Message}" };
        if (at.Line > 0)
        {
            lines.AddRange(Excerpt(source, at.Line, column: 0));
        }

        for (var inner = e.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (!e.Message.Contains(inner.Message, StringComparison.Ordinal)) // said already
            {
                lines.Add($"caused by {inner.GetType().Name}: {inner.Message}");
            }
        }

        lines.AddRange(
            frames.Where(f => f != at).Distinct().Take(5).Select(f => $"   called from {f.File}, line {f.Line}")
        );
        return new CellError(name, (at.Line > 0 ? $"line {at.Line}: " : "") + e.Message, lines);
    }

    private static IEnumerable<string> Excerpt(string source, int line, int column)
    {
        var all = source.Split('\n');
        if (line < 1 || line > all.Length)
        {
            yield break;
        }

        var width = (line + 1).ToString(CultureInfo.InvariantCulture).Length;
        for (var n = Math.Max(1, line - 1); n <= Math.Min(all.Length, line + 1); n++)
        {
            var label = n.ToString(CultureInfo.InvariantCulture).PadLeft(width);
            yield return $"{(n == line ? ">" : " ")} {label} | {all[n - 1]}";
            if (n == line && column > 0 && column <= all[n - 1].Length + 1)
            {
                yield return new string(' ', width + 3) + "| " + new string(' ', column - 1) + "^";
            }
        }
    }
}

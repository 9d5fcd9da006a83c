using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using VitNotebooks.Interactive;

namespace VitNotebooks.Cli;

/// <summary>
/// An executed notebook as one HTML file: no network, no file beside it, light and dark, readable without JavaScript.
/// A content security policy in the page forbids it to fetch anything, whatever an output holds.
/// </summary>
public static partial class NotebookPage
{
    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; script-src 'unsafe-inline'";

    private static readonly string Css = ReadCss();

    /// <summary>Renders a notebook.</summary>
    /// <param name="notebook">The notebook with its outputs.</param>
    /// <param name="folder">Its folder, where the pictures of text cells lie.</param>
    public static string Render(NotebookFile notebook, string folder)
    {
        var title = notebook.Title ?? "Notebook";
        var html = new StringBuilder();
        html.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.Append($"<meta http-equiv=\"Content-Security-Policy\" content=\"{Policy}\">\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.Append("<meta name=\"color-scheme\" content=\"light dark\">\n");
        html.Append($"<title>{Markup.Escape(title)}</title>\n<style>\n{Css}</style>\n</head>\n<body>\n<main>\n");
        foreach (var cell in notebook.Cells)
        {
            switch (cell.Kind)
            {
                case CellKind.Markdown:
                    html.Append("<section class=\"text\">\n")
                        .Append(MarkdownText.ToHtml(cell.Source, folder))
                        .Append("</section>\n");
                    break;
                case CellKind.Code when cell.Source.Trim().Length > 0:
                    Code(html, cell);
                    break;
                case CellKind.Raw:
                    html.Append($"<section class=\"text\"><pre>{Markup.Escape(cell.Source)}</pre></section>\n");
                    break;
            }
        }

        html.Append("</main>\n").Append(Footer(notebook)).Append("</body>\n</html>\n");
        return html.ToString();
    }

    private static void Code(StringBuilder html, NotebookCell cell)
    {
        var number = cell.ExecutionCount is { } n ? n.ToString(CultureInfo.InvariantCulture) : "\u00a0";
        var time = cell.ExecutionCount is not null && cell.Seconds is >= 0.1 and { } s ? Seconds(s) : "";
        html.Append($"<section class=\"cell\">\n<div class=\"code\"><span class=\"number\">{number}</span>");
        if (time.Length > 0)
        {
            html.Append($"<span class=\"time\">{time}</span>");
        }

        html.Append($"<pre><code>{CSharpHighlighter.ToHtml(cell.Source.Trim('\n'))}</code></pre></div>\n");
        if (cell.Outputs.Count > 0)
        {
            html.Append("<div class=\"outputs\">\n");
            foreach (var output in cell.Outputs.OfType<JsonObject>())
            {
                Output(html, output);
            }

            html.Append("</div>\n");
        }

        html.Append("</section>\n");
    }

    private static void Output(StringBuilder html, JsonObject output)
    {
        switch (NotebookFile.Text(output["output_type"]))
        {
            case "stream":
                var name = NotebookFile.Text(output["name"]) is "stderr" ? "stderr" : "stdout";
                html.Append($"<pre class=\"{name}\">{Markup.Escape(Plain(NotebookCell.Join(output["text"])))}</pre>\n");
                break;
            case "error":
                var lines = (output["traceback"] as JsonArray)?.Select(NotebookFile.Text) ?? [];
                html.Append($"<pre class=\"error\">{Markup.Escape(Plain(string.Join('\n', lines)))}</pre>\n");
                break;
            case "display_data" or "execute_result" when output["data"] is JsonObject data:
                html.Append("<div class=\"output\">").Append(Richest(data)).Append("</div>\n");
                break;
        }
    }

    private static string Richest(JsonObject data)
    {
        if (data["text/html"] is { } markup)
        {
            return NotebookCell.Join(markup);
        }

        if (data["image/svg+xml"] is { } svg)
        {
            return NotebookCell.Join(svg);
        }

        foreach (var type in new[] { "image/png", "image/jpeg", "image/gif" })
        {
            if (data[type] is { } image)
            {
                return $"<img alt=\"output\" src=\"data:{type};base64,{Markup.Escape(NotebookCell.Join(image).ReplaceLineEndings(""))}\">";
            }
        }

        if (data["text/markdown"] is { } text)
        {
            return MarkdownText.ToHtml(NotebookCell.Join(text), Path.GetTempPath());
        }

        return $"<pre>{Markup.Escape(Plain(NotebookCell.Join(data["text/plain"])))}</pre>";
    }

    /// <summary>Without a terminal's colour codes, and of lines that were overwritten only the last state.</summary>
    private static string Plain(string text) =>
        string.Join('\n', Ansi().Replace(text, "").Split('\n').Select(l => l.TrimEnd('\r').Split('\r')[^1]));

    private static string Footer(NotebookFile notebook)
    {
        if (notebook.Root["metadata"]?["vitnb"] is not JsonObject run || run["seconds"] is not JsonValue seconds)
        {
            return "";
        }

        var parameters =
            (run["parameters"] as JsonObject)?.Select(p => $"{p.Key} = {NotebookFile.Text(p.Value)}").ToArray() ?? [];
        var with = parameters.Length == 0 ? "" : $" with {string.Join(", ", parameters)}";
        var total = double.Parse(seconds.ToString(), CultureInfo.InvariantCulture);
        return $"<footer>Executed by vitnb {Markup.Escape(NotebookFile.Text(run["version"]))} in {Seconds(total)}{Markup.Escape(with)}.</footer>\n";
    }

    private static string Seconds(double s) =>
        s < 60
            ? string.Create(CultureInfo.InvariantCulture, $"{s:0.0} s")
            : RunProgress.Duration(TimeSpan.FromSeconds(s)) + " min";

    private static string ReadCss()
    {
        using var stream = typeof(NotebookPage).Assembly.GetManifestResourceStream("page.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\x1B\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Ansi();
}

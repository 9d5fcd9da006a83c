using System.Globalization;
using System.Text.Json.Nodes;

namespace VitNotebooks.Cli;

/// <summary>What a cell is.</summary>
public enum CellKind
{
    /// <summary>Code to run.</summary>
    Code,

    /// <summary>Text in Markdown.</summary>
    Markdown,

    /// <summary>Text that is passed on as it is.</summary>
    Raw,
}

/// <summary>One cell: a view on its JSON.</summary>
/// <param name="node">The cell's JSON, which is edited in place.</param>
public sealed class NotebookCell(JsonObject node)
{
    private const string Own = "vitnb";

    /// <summary>The cell's JSON.</summary>
    public JsonObject Node { get; } = node;

    /// <summary>The cell's id, nbformat 4.5.</summary>
    public string? Id => NotebookFile.Text(Node["id"]);

    /// <summary>What it is.</summary>
    public CellKind Kind =>
        NotebookFile.Text(Node["cell_type"]) switch
        {
            "code" => CellKind.Code,
            "markdown" => CellKind.Markdown,
            _ => CellKind.Raw,
        };

    /// <summary>The text, lines separated by \n.</summary>
    public string Source => Join(Node["source"]).Replace("\r\n", "\n", StringComparison.Ordinal);

    /// <summary>The cell's tags.</summary>
    public IEnumerable<string> Tags =>
        (Node["metadata"]?["tags"] as JsonArray)?.Select(NotebookFile.Text).OfType<string>() ?? [];

    /// <summary>The language that .NET Interactive's editors note in a cell; C# where none is noted.</summary>
    public string Language =>
        NotebookFile.Text(Node["metadata"]?["polyglot_notebook"]?["kernelName"])
        ?? NotebookFile.Text(Node["metadata"]?["dotnet_interactive"]?["language"])
        ?? "csharp";

    /// <summary>The outputs, as nbformat has them.</summary>
    public JsonArray Outputs
    {
        get
        {
            if (Node["outputs"] is not JsonArray)
            {
                Node["outputs"] = new JsonArray();
            }

            return (JsonArray)Node["outputs"]!;
        }
    }

    /// <summary>Number of the execution, from 1.</summary>
    public int? ExecutionCount
    {
        get => NotebookFile.Integer(Node["execution_count"]);
        set => Node["execution_count"] = value;
    }

    /// <summary>How long the cell ran last time, in seconds, as this tool noted it.</summary>
    public double? Seconds
    {
        get =>
            Node["metadata"]?[Own]?["seconds"] is JsonValue value && value.TryGetValue<double>(out var s) && s >= 0
                ? s
                : null;
        set
        {
            if (Node["metadata"] is not JsonObject)
            {
                Node["metadata"] = new JsonObject();
            }

            var metadata = (JsonObject)Node["metadata"]!;
            if (metadata[Own] is not JsonObject)
            {
                metadata[Own] = new JsonObject();
            }

            metadata[Own]!["seconds"] = value is { } s
                ? JsonValue.Create(
                    decimal.Parse(s.ToString("F3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
                )
                : null;
        }
    }

    /// <summary>A multi-line text of nbformat: one string, or a list of lines.</summary>
    internal static string Join(JsonNode? node) =>
        node is JsonArray lines ? string.Concat(lines.Select(NotebookFile.Text)) : NotebookFile.Text(node) ?? "";

    /// <summary>A text as nbformat likes it: a list of lines, each with its line end.</summary>
    internal static JsonArray Split(string text)
    {
        var lines = new JsonArray();
        for (var start = 0; start < text.Length; )
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            lines.Add(JsonValue.Create(text[start..end]));
            start = end;
        }

        return lines;
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using VitNotebooks.Files;

namespace VitNotebooks.Cli;

/// <summary>
/// A notebook in Jupyter's format, nbformat 4 (https://nbformat.readthedocs.io). What it does not know, it keeps:
/// the JSON tree itself is edited and written back, as 4.5 with an id a cell.
/// </summary>
public sealed class NotebookFile
{
    private static readonly JsonSerializerOptions Writing = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private NotebookFile(JsonObject root, List<NotebookCell> cells)
    {
        Root = root;
        Cells = cells;
    }

    /// <summary>The whole tree.</summary>
    public JsonObject Root { get; }

    /// <summary>The cells in order.</summary>
    public IReadOnlyList<NotebookCell> Cells { get; }

    /// <summary>The notebook's title: its first heading.</summary>
    public string? Title =>
        Cells
            .Where(c => c.Kind == CellKind.Markdown)
            .SelectMany(c => c.Source.Split('\n'))
            .FirstOrDefault(l => l.StartsWith("# ", StringComparison.Ordinal))
            ?[2..].Trim();

    /// <summary>Reads a notebook.</summary>
    /// <param name="path">A file with the ending .ipynb.</param>
    /// <exception cref="UserErrorException">No such file, or no notebook of nbformat 4 for C#.</exception>
    public static NotebookFile Load(string path)
    {
        if (Directory.Exists(path))
        {
            throw new UserErrorException(
                $"{path} is a folder; give the path of a notebook, a file that ends in .ipynb."
            );
        }

        if (!File.Exists(path))
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            var near = Directory.Exists(folder)
                ? Directory.GetFiles(folder, "*.ipynb").Select(Path.GetFileName).Take(5).ToArray()
                : [];
            throw new UserErrorException(
                $"There is no notebook {path}"
                    + (near.Length > 0 ? $"; in its folder there are: {string.Join(", ", near)}." : "; check the path.")
            );
        }

        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>Reads a notebook from its text.</summary>
    /// <param name="json">The content of the file.</param>
    /// <param name="name">What error sentences call it.</param>
    /// <exception cref="UserErrorException">It is no notebook of nbformat 4 for C#.</exception>
    public static NotebookFile Parse(string json, string name)
    {
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(json);
        }
        catch (JsonException e)
        {
            throw new UserErrorException(
                $"{name} is not valid JSON (line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}), so it is no notebook; restore the file or open it in Jupyter and save it again."
            );
        }

        if (node is not JsonObject root || root["cells"] is not JsonArray array)
        {
            throw new UserErrorException(
                $"{name} is JSON but no notebook: it has no list \"cells\"; expected nbformat 4."
            );
        }

        if (Integer(root["nbformat"]) is not 4 and var version)
        {
            throw new UserErrorException(
                $"{name} is of nbformat {version?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "(none given)"}; expected 4. Jupyter converts it: jupyter nbconvert --to notebook --nbformat 4 {name}"
            );
        }

        var language =
            Text(root["metadata"]?["kernelspec"]?["language"]) ?? Text(root["metadata"]?["language_info"]?["name"]);
        if (language is not null && language.ToUpperInvariant() is not ("C#" or "CSHARP" or "POLYGLOT-NOTEBOOK"))
        {
            throw new UserErrorException($"{name} is a notebook for {language}; vitnb runs notebooks for C#.");
        }

        var cells = new List<NotebookCell>();
        foreach (var item in array)
        {
            if (item is not JsonObject cell || Text(cell["cell_type"]) is not ("code" or "markdown" or "raw"))
            {
                throw new UserErrorException(
                    $"{name}: cell {cells.Count + 1} has no cell_type of code, markdown or raw, so the notebook is broken there."
                );
            }

            cells.Add(new NotebookCell(cell));
        }

        Upgrade(root, cells);
        return new NotebookFile(root, cells);
    }

    /// <summary>The file's text.</summary>
    public string ToJson() => Root.ToJsonString(Writing) + "\n";

    /// <summary>Writes the notebook; the file at the path is replaced in one step, so that it is never half written.</summary>
    /// <param name="path">Where to.</param>
    public void Save(string path) => WriteAtomically(path, ToJson());

    /// <summary>Writes a text file in one step, and its folder where there is none: a reader sees the old one or the new one.</summary>
    internal static void WriteAtomically(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        DurableFile.WriteText(path, text);
    }

    internal static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    internal static int? Integer(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    private static void Upgrade(JsonObject root, List<NotebookCell> cells)
    {
        if (Integer(root["nbformat_minor"]) is not >= 5)
        {
            root["nbformat_minor"] = 5;
        }

        root["metadata"] ??= new JsonObject();
        var taken = cells.Select(c => c.Id).OfType<string>().ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < cells.Count; i++)
        {
            if (cells[i].Id is not null)
            {
                continue;
            }

            var id = $"cell-{i + 1}";
            for (var n = 2; !taken.Add(id); n++)
            {
                id = $"cell-{i + 1}-{n}";
            }

            cells[i].Node["id"] = id;
        }
    }
}

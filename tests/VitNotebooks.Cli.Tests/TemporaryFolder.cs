using System.Text.Json.Nodes;

namespace VitNotebooks.Cli.Tests;

/// <summary>A folder of its own a test, with notebooks written into it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("vitnb-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }

    /// <summary>A notebook of code cells; one that begins with "%% " is a text cell.</summary>
    public string Notebook(params string[] cells)
    {
        var array = new JsonArray();
        foreach (var source in cells)
        {
            var text = source.StartsWith("%% ", StringComparison.Ordinal);
            var cell = new JsonObject
            {
                ["cell_type"] = text ? "markdown" : "code",
                ["metadata"] = new JsonObject(),
                ["source"] = text ? source[3..] : source,
            };
            if (!text)
            {
                cell["outputs"] = new JsonArray();
                cell["execution_count"] = null;
                if (source.StartsWith("// parameters", StringComparison.Ordinal))
                {
                    cell["metadata"]!["tags"] = new JsonArray("parameters");
                }
            }

            array.Add(cell);
        }

        var root = new JsonObject
        {
            ["cells"] = array,
            ["metadata"] = new JsonObject(),
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
        return Write("test.ipynb", root.ToJsonString());
    }
}

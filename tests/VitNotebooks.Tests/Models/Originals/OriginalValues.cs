using System.Text.Json;
using VitNotebooks.Oracles;

namespace VitNotebooks.Tests.Models.Originals;

/// <summary>Files of tests/oracles/values/originals that say something about many models: a name to what the authors' code gave.</summary>
internal static class OriginalValues
{
    /// <summary>Reads a file.</summary>
    /// <param name="file">Its name without the ending, e.g. <c>macs</c>.</param>
    public static IReadOnlyDictionary<string, JsonElement> Read(string file)
    {
        var path = Path.Combine(PythonOracle.Folder, "values", "originals", $"{file}.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document
            .RootElement.EnumerateObject()
            .ToDictionary(model => model.Name, model => model.Value.Clone(), StringComparer.Ordinal);
    }
}

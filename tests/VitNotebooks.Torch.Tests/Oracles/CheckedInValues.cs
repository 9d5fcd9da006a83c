using System.Text.Json;
using VitNotebooks.Acceleration;

namespace VitNotebooks.Oracles;

/// <summary>
/// The small reference values in <c>tests/oracles/values</c>, one file a libtorch version (made by record_values.py). What
/// the oracle scripts make afresh is held against them, so that a reference that changes does not go unnoticed.
/// </summary>
internal static class CheckedInValues
{
    private static readonly Lazy<JsonDocument?> s_values = new(Open);

    /// <summary>The section of the libtorch at hand, or null where no values of that version are checked in.</summary>
    public static JsonElement? Section(string name) => s_values.Value?.RootElement.GetProperty(name);

    private static JsonDocument? Open()
    {
        var version = string.Join('.', TorchRuntime.Current.Version.Split('.').Take(2));
        var path = Path.Combine(PythonOracle.Folder, "values", $"libtorch-{version}.json");
        return File.Exists(path) ? JsonDocument.Parse(File.ReadAllText(path)) : null;
    }
}

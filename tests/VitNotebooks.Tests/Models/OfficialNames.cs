using VitNotebooks.Models;
using VitNotebooks.Oracles;

namespace VitNotebooks.Tests.Models;

/// <summary>State dicts of the official code, checked in as lists of name, shape and kind.</summary>
internal static class OfficialNames
{
    /// <summary>Lines "name shape p|b" of the official model, sorted.</summary>
    public static string[] Of(string model) =>
        [
            .. File.ReadLines(
                    Path.Combine(PythonOracle.Folder, "..", "VitNotebooks.Tests", "Models", $"{model}.names.txt")
                )
                .Where(line => !line.StartsWith('#'))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The same lines of a model of ours.</summary>
    public static string[] Of(VisionModel model)
    {
        var parameters = model.named_parameters().Select(p => p.Item1).ToHashSet();
        return
        [
            .. model
                .state_dict()
                .Select(t => $"{t.Key} {string.Join('x', t.Value.shape)} {(parameters.Contains(t.Key) ? 'p' : 'b')}")
                .Order(StringComparer.Ordinal),
        ];
    }
}

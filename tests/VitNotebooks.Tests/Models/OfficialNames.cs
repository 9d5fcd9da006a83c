using System.Text.RegularExpressions;
using VitNotebooks.Models;
using VitNotebooks.Oracles;

namespace VitNotebooks.Tests.Models;

/// <summary>State dicts of the official code, checked in as lists of name, shape and kind.</summary>
internal static class OfficialNames
{
    /// <summary>Whether a list of the model is checked in.</summary>
    public static bool Has(string model) => File.Exists(PathOf(model));

    /// <summary>Lines "name shape p|b" of the official model, sorted.</summary>
    /// <param name="model">Name of the list.</param>
    /// <param name="map">How the official names become ours; by default they are.</param>
    public static string[] Of(string model, StateDictMap? map = null) =>
        Ours(File.ReadLines(PathOf(model)).Where(line => !line.StartsWith('#')), map);

    /// <summary>Such lines under our names and with our shapes, sorted.</summary>
    /// <param name="lines">Lines "name shape p|b" of the official model.</param>
    /// <param name="map">How the official names become ours; by default they are.</param>
    public static string[] Ours(IEnumerable<string> lines, StateDictMap? map) =>
        [
            .. lines
                .Select(line => line.Split(' '))
                .Select(parts => (Name: Translated(map, parts[0], ref parts[1]), Shape: parts[1], Kind: parts[2]))
                .Where(line => line.Name is not null)
                .GroupBy(line => (line.Name, line.Kind), line => line.Shape)
                .Select(tensor => $"{tensor.Key.Name} {Joined([.. tensor])} {tensor.Key.Kind}")
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>How the official names of a model become ours; null where they are.</summary>
    /// <param name="model">Name of the list.</param>
    public static StateDictMap? MapOf(string model) =>
        model.EndsWith(BigVisionVit.Ending, StringComparison.Ordinal) ? StateDictMap.BigVision
        : model.StartsWith("deit3_", StringComparison.Ordinal) ? StateDictMap.Deit3
        : model.StartsWith("vitp_", StringComparison.Ordinal) || model.StartsWith("vitc_", StringComparison.Ordinal)
            ? StateDictMap.Pycls
        : null;

    // Several official tensors that are one of ours lie along its first axis, e.g. queries, keys and values.
    private static string Joined(string[] shapes)
    {
        if (shapes.Length == 1)
        {
            return shapes[0];
        }

        string[][] axes = [.. shapes.Select(shape => shape.Split('x'))];
        return string.Join('x', [$"{axes.Sum(parts => long.Parse(parts[0]))}", .. axes[0].Skip(1)]);
    }

    /// <summary>Number of parameters in the list of the official model.</summary>
    public static long Parameters(string model) =>
        Of(model)
            .Where(line => line.EndsWith(" p", StringComparison.Ordinal))
            .Sum(line => line.Split(' ')[1].Split('x').Aggregate(1L, (product, size) => product * long.Parse(size)));

    /// <summary>
    /// The lines of the official model with the numbers of its blocks taken modulo a period: those of a model with so few blocks a stage, if
    /// blocks repeat. Big variants are held to their lists without their memory.
    /// </summary>
    /// <param name="model">Name of the list.</param>
    /// <param name="period">Blocks a stage of the short model.</param>
    public static string[] Folded(string model, int period) =>
        [
            .. Of(model)
                .Select(line => Regex.Replace(line, @"(?<=blocks\.)\d+", m => $"{int.Parse(m.Value) % period}"))
                .Distinct()
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

    private static string? Translated(StateDictMap? map, string name, ref string shape)
    {
        if (map is null)
        {
            return name;
        }

        var ours = map.Translate(name, out var change);
        if (change is not null)
        {
            shape = string.Join('x', change.ShapeOf([.. shape.Split('x').Select(long.Parse)])!);
        }

        return ours;
    }

    private static string PathOf(string model) => Path.Combine(PythonOracle.Folder, "names", $"{model}.txt");
}

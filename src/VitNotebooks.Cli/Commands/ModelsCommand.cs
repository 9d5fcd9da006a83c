using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using VitNotebooks.Models;

namespace VitNotebooks.Cli;

/// <summary><c>vitnb models [PATTERN] [--json]</c>: the registered models.</summary>
internal static class ModelsCommand
{
    private static readonly string[] Columns = ["model", "family", "image", "classes", "last map"];

    public static Command Create()
    {
        var pattern = new Argument<string>("PATTERN")
        {
            Description = "A name, a part of one, or a wildcard such as 'vit_*'; case does not matter.",
            DefaultValueFactory = _ => "*",
        };
        var json = new Option<bool>("--json")
        {
            Description = "A JSON array with the whole configuration of every model.",
        };
        var command = new Command("models", "Lists the models that can be built by name.") { pattern, json };
        command.SetAction(parsed =>
        {
            var models = Matching(parsed.GetValue(pattern)!);
            Console.WriteLine(parsed.GetValue(json) ? Json(models) : Table(models));
            return ExitCode.Success;
        });
        return command;
    }

    private static ModelConfig[] Matching(string pattern)
    {
        var wildcard = pattern.AsSpan().ContainsAny('*', '?');
        var names = VisionModels.List(wildcard ? pattern : $"*{pattern}*");
        if (names.Count > 0)
            return [.. names.Select(VisionModels.ConfigOf)];
        if (!wildcard)
            VisionModels.ConfigOf(pattern); // throws the sentence with the nearest names
        throw new UserErrorException(
            $"No model matches '{pattern}'; vitnb models without a pattern lists all {VisionModels.List().Count}."
        );
    }

    private static string Table(ModelConfig[] models)
    {
        List<string[]> rows = [Columns, .. models.Select(Row)];
        var widths = Enumerable.Range(0, Columns.Length).Select(i => rows.Max(row => row[i].Length)).ToArray();
        return string.Join(
            Environment.NewLine,
            rows.Select(row => string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd())
        );
    }

    private static string[] Row(ModelConfig model) =>
        [
            model.Name,
            model.Family,
            $"{model.ImageSize}",
            model.Classes.ToString("N0", CultureInfo.InvariantCulture),
            $"{model.LastMapWidth} x {model.LastMapSide} x {model.LastMapSide}",
        ];

    private static string Json(ModelConfig[] models)
    {
        var list = new JsonArray();
        foreach (var model in models)
            list.Add(
                new JsonObject
                {
                    ["name"] = model.Name,
                    ["imageSize"] = model.ImageSize,
                    ["channels"] = model.Channels,
                    ["classes"] = model.Classes,
                    ["lastMapSide"] = model.LastMapSide,
                    ["lastMapWidth"] = model.LastMapWidth,
                    ["config"] = JsonNode.Parse(model.ToJson()),
                }
            );
        return list.ToJsonString(new() { WriteIndented = true });
    }
}

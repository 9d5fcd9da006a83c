using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using VitNotebooks.Models;

namespace VitNotebooks.Cli;

/// <summary><c>vitnb models [PATTERN] [--weights] [--json]</c>: the registered models, and what is published for them.</summary>
internal static class ModelsCommand
{
    private static readonly string[] Columns = ["model", "family", "image", "classes", "last map", "weights"];
    private static readonly string[] WeightsColumns =
    [
        "weights",
        "image",
        "classes",
        "on",
        "top-1",
        "hash",
        "licence",
        "file",
    ];

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
        var weights = new Option<bool>("--weights")
        {
            Description =
                "Lists the published weights of these models instead: a line each, with what is known of them.",
        };
        var command = new Command("models", "Lists the models that can be built by name.") { pattern, json, weights };
        command.SetAction(parsed =>
        {
            var models = Matching(parsed.GetValue(pattern)!);
            Console.WriteLine(
                parsed.GetValue(json) ? Json(models)
                : parsed.GetValue(weights) ? TextTable.Of([WeightsColumns, .. models.SelectMany(Weights)])
                : TextTable.Of([Columns, .. models.Select(Row)])
            );
            return ExitCode.Success;
        });
        return command;
    }

    private static ModelConfig[] Matching(string pattern)
    {
        var wildcard = pattern.AsSpan().ContainsAny('*', '?');
        var names = VisionModels.List(wildcard ? pattern : $"*{pattern}*");
        if (names.Count > 0)
        {
            return [.. names.Select(VisionModels.ConfigOf)];
        }

        if (!wildcard)
        {
            VisionModels.ConfigOf(pattern); // throws the sentence with the nearest names
        }

        throw new UserErrorException(
            $"No model matches '{pattern}'; vitnb models without a pattern lists all {VisionModels.List().Count}."
        );
    }

    private static string[] Row(ModelConfig model) =>
        [
            model.Name,
            model.Family,
            $"{model.ImageSize}",
            model.Classes.ToString("N0", CultureInfo.InvariantCulture),
            $"{model.LastMapWidth} x {model.LastMapSide} x {model.LastMapSide}",
            Tags(PublishedWeights.For(model.Name)),
        ];

    private static string Tags(IReadOnlyList<PublishedWeights> weights)
    {
        const int Shown = 2;
        return string.Join(", ", weights.Take(Shown).Select(w => w.Tag))
            + (weights.Count > Shown ? $" and {weights.Count - Shown} more" : "");
    }

    private static IEnumerable<string[]> Weights(ModelConfig model) =>
        PublishedWeights
            .For(model.Name)
            .Select(weights =>
                (string[])
                    [
                        weights.Name,
                        $"{weights.Preprocessing.ImageSize}",
                        weights.Classes?.ToString("N0", CultureInfo.InvariantCulture) ?? "none",
                        weights.Dataset,
                        weights.Top1?.ToString("0.0##", CultureInfo.InvariantCulture) ?? "",
                        weights.Sha256 ?? "none stated",
                        weights.Licence,
                        weights.ByHand is null ? weights.Url : $"{weights.Url} (by hand)",
                    ]
            );

    private static string Json(ModelConfig[] models)
    {
        var list = new JsonArray();
        foreach (var model in models)
        {
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
                    ["weights"] = new JsonArray([.. PublishedWeights.For(model.Name).Select(Json)]),
                }
            );
        }

        return list.ToJsonString(new() { WriteIndented = true });
    }

    private static JsonNode Json(PublishedWeights weights) =>
        new JsonObject
        {
            ["name"] = weights.Name,
            ["tag"] = weights.Tag,
            ["url"] = weights.Url,
            ["byHand"] = weights.ByHand,
            ["sha256"] = weights.Sha256,
            ["entry"] = weights.Entry,
            ["naming"] = weights.Naming,
            ["dataset"] = weights.Dataset,
            ["classes"] = weights.Classes,
            ["preprocessing"] = new JsonObject
            {
                ["imageSize"] = weights.Preprocessing.ImageSize,
                ["cropRatio"] = weights.Preprocessing.CropRatio,
                ["interpolation"] = weights.Preprocessing.Interpolation.ToString().ToLowerInvariant(),
                ["mean"] = new JsonArray([.. weights.Preprocessing.Mean.Select(value => (JsonNode)value)]),
                ["std"] = new JsonArray([.. weights.Preprocessing.Std.Select(value => (JsonNode)value)]),
            },
            ["top1"] = weights.Top1,
            ["licence"] = weights.Licence,
            ["source"] = weights.Source,
            ["paper"] = weights.Paper,
        };
}

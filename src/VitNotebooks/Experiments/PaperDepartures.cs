using System.Globalization;
using System.Text.Json.Nodes;
using VitNotebooks.Data;
using VitNotebooks.Training;

namespace VitNotebooks.Experiments;

/// <summary>
/// In what a run that claims a paper's training is not that training: settings that were changed, fewer images, another size, an end before the end. A claim is compared with the
/// published recipe, not believed: a recipe keeps its profile through any <c>with</c>.
/// </summary>
internal static class PaperDepartures
{
    /// <summary>The profile of a run that departs.</summary>
    public const string Profile = "departing";

    // Of arXiv 2106.03746; the same rates and updates as one process's 128.
    private const int BatchOfEightProcesses = 1024;
    private const int ImageSize = 224;
    private static readonly TrainingRecipe[] s_published = [Recipes.VtsDrloc.Compat, Recipes.VtsDrloc.Fixed];

    /// <summary>What the table calls a run's profile: the recipe's own, but where it claims a paper's and departs.</summary>
    public static string ProfileOf(TrainingRun run) => Of(run).Count > 0 ? Profile : run.Recipe.Profile;

    /// <summary>Each departure, a part of a sentence; empty for a run that claims nothing or is what it claims.</summary>
    public static IReadOnlyList<string> Of(TrainingRun run)
    {
        if (run.Recipe.Profile != TrainingRecipe.PaperProfile)
        {
            return [];
        }

        List<string> departures = [.. OfRecipe(run.Recipe)];
        if (run.ImageSize != ImageSize)
        {
            departures.Add($"images of {run.ImageSize} px in place of {ImageSize}");
        }

        var published = DatasetManifests.Find(run.Data)?.Splits.FirstOrDefault(split => split.Name == "train")?.Count;
        if (published is { } count && run.TrainImages != count)
        {
            departures.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{run.TrainImages:N0} training images in place of {count:N0}"
                )
            );
        }

        if (run.Status != RunStatus.Completed)
        {
            departures.Add("a run that has not ended");
        }

        return departures;
    }

    private static IEnumerable<string> OfRecipe(TrainingRecipe recipe)
    {
        var published = Array.Find(s_published, each => each.Name == recipe.Name);
        if (published is null)
        {
            return [$"a recipe '{recipe.Name}' that is none of the published ones"];
        }

        if (recipe.BatchSize == BatchOfEightProcesses)
        {
            published = published.WithBatchSize(BatchOfEightProcesses);
        }

        var theirs = JsonNode.Parse(published.ToJson())!.AsObject();
        var ours = JsonNode.Parse(recipe.ToJson())!.AsObject();
        return ours.Where(setting => !JsonNode.DeepEquals(setting.Value, theirs[setting.Key]))
            .Select(setting => $"{setting.Key} {Text(setting.Value)} in place of {Text(theirs[setting.Key])}");
    }

    private static string Text(JsonNode? value) => value?.ToJsonString() ?? "none";
}

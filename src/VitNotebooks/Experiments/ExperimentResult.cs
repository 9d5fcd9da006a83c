using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using VitNotebooks.Training;

namespace VitNotebooks.Experiments;

/// <summary>One run of an experiment.</summary>
/// <param name="Arm">Its arm.</param>
/// <param name="PublishedArm">What published tables call the arm.</param>
/// <param name="Run">The run; its seed is in it.</param>
public sealed record ExperimentRun(string Arm, string PublishedArm, TrainingRun Run);

/// <summary>All runs of an experiment.</summary>
public sealed class ExperimentResult
{
    internal ExperimentResult(string name, string folder, IReadOnlyList<string> arms, IReadOnlyList<ExperimentRun> runs)
    {
        Name = name;
        Folder = folder;
        Arms = arms;
        Runs = [.. runs];
    }

    /// <summary>Name of the experiment.</summary>
    public string Name { get; }

    /// <summary>Where its runs, <c>results.json</c> and <c>results.csv</c> are.</summary>
    public string Folder { get; }

    /// <summary>Names of the arms, the reference first.</summary>
    public IReadOnlyList<string> Arms { get; }

    /// <summary>The runs in the order in which they were made.</summary>
    public IReadOnlyList<ExperimentRun> Runs { get; }

    /// <summary>The runs of one arm by seed, for curves.</summary>
    /// <param name="arm">Name of the arm.</param>
    /// <returns>The runs.</returns>
    public IReadOnlyList<TrainingRun> Of(string arm) =>
        Arms.Contains(arm)
            ?
            [
                .. Runs.Where(r => string.Equals(r.Arm, arm, StringComparison.Ordinal))
                    .Select(r => r.Run)
                    .OrderBy(r => r.Seed),
            ]
            : throw new ArgumentException(
                $"The experiment {Name} has no arm \"{arm}\"; it has {string.Join(", ", Arms)}.",
                nameof(arm)
            );

    /// <summary>Mean, deviation and gain an arm, with the published numbers beside them.</summary>
    /// <param name="published">Published numbers; null for none.</param>
    /// <param name="model">The model to read there, when ours has another name or is another one; null to match by name.</param>
    /// <param name="dataset">The dataset to read there; null to match by name.</param>
    /// <returns>The table.</returns>
    public ComparisonTable Table(PaperTable? published = null, string? model = null, string? dataset = null) =>
        ComparisonTable.Of(
            Runs.OrderBy(r => Index(r.Arm)).Select(r => (r.Arm, r.PublishedArm, r.Run)),
            published,
            model,
            dataset
        );

    /// <summary>What an arm costs against the reference, as measured in these runs.</summary>
    /// <param name="arm">Name of the arm.</param>
    /// <param name="reference">Name of the arm to compare with; null for the first.</param>
    /// <returns>Time, memory and parameters.</returns>
    public CostOfLoss Cost(string arm, string? reference = null)
    {
        var ours = Of(arm);
        var theirs = Of(reference ?? Arms[0]);
        return new CostOfLoss(
            arm,
            reference ?? Arms[0],
            TrainingRun.Median([.. ours.Select(r => r.StepMilliseconds)]),
            TrainingRun.Median([.. theirs.Select(r => r.StepMilliseconds)]),
            (long)TrainingRun.Median([.. ours.Select(r => (double)r.PeakMemoryBytes)]),
            (long)TrainingRun.Median([.. theirs.Select(r => (double)r.PeakMemoryBytes)]),
            ours[0].Parameters,
            theirs[0].Parameters
        );
    }

    /// <summary>The table without published numbers.</summary>
    /// <returns>Aligned text.</returns>
    public override string ToString() => Table().ToString();

    internal void Write()
    {
        StringBuilder csv = new(
            "arm,seed,model,data,recipe,profile,selection,accuracy,final_accuracy,best_accuracy,epochs,step_ms,peak_memory_bytes,parameters,seconds,identity\n"
        );
        JsonArray json = [];
        foreach (var entry in Runs)
        {
            var r = entry.Run;
            csv.Append(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Quoted(entry.Arm)},{r.Seed},{r.Model},{Quoted(r.Data)},{r.Recipe.Name},{r.Recipe.Profile},{r.Recipe.Selection},{r.Accuracy},{r.FinalAccuracy},{r.BestAccuracy},{r.Epochs.Count},{r.StepMilliseconds:0.000},{r.PeakMemoryBytes},{r.Parameters},{r.Elapsed.TotalSeconds:0.00},{r.Identity}\n"
                )
            );
            json.Add(
                new JsonObject
                {
                    ["arm"] = entry.Arm,
                    ["publishedArm"] = entry.PublishedArm,
                    ["seed"] = r.Seed,
                    ["model"] = r.Model,
                    ["data"] = r.Data,
                    ["recipe"] = JsonNode.Parse(r.Recipe.ToJson()),
                    ["accuracy"] = r.Accuracy,
                    ["finalAccuracy"] = r.FinalAccuracy,
                    ["bestAccuracy"] = r.BestAccuracy,
                    ["stepMilliseconds"] = r.StepMilliseconds,
                    ["peakMemoryBytes"] = r.PeakMemoryBytes,
                    ["parameters"] = r.Parameters,
                    ["seconds"] = r.Elapsed.TotalSeconds,
                    ["identity"] = r.Identity,
                    ["bitExact"] = r.BitExact,
                    ["folder"] = Path.GetFileName(r.Folder),
                    ["machine"] = new JsonObject([
                        .. r.Machine.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value)),
                    ]),
                }
            );
        }
        RunFile.WriteText(Path.Combine(Folder, "results.csv"), csv.ToString());
        RunFile.WriteText(
            Path.Combine(Folder, "results.json"),
            new JsonObject { ["experiment"] = Name, ["runs"] = json }.ToJsonString(TrainingJson.Options) + "\n"
        );
    }

    private int Index(string arm)
    {
        for (var i = 0; i < Arms.Count; i++)
        {
            if (string.Equals(Arms[i], arm, StringComparison.Ordinal))
            {
                return i;
            }
        }
        return Arms.Count;
    }

    private static string Quoted(string text) =>
        text.Contains(',', StringComparison.Ordinal) || text.Contains('"', StringComparison.Ordinal)
            ? "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\""
            : text;
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VitNotebooks.Files;

namespace VitNotebooks.Training;

/// <summary>Where a run stands when it is not running.</summary>
public enum RunStatus
{
    /// <summary>Every update was made.</summary>
    Completed,

    /// <summary>Stopped by the caller; the same call goes on.</summary>
    Interrupted,

    /// <summary>The loss or the gradient became no number.</summary>
    Diverged,

    /// <summary>Under way, or killed; the same call goes on.</summary>
    Running,
}

/// <summary>
/// The files of one run: <c>config.json</c> (identity, plan, environment, machine), <c>metrics.csv</c> (a row an
/// epoch), <c>run.json</c> (status; whether another machine made a part of it; broken images; what was known of the data), <c>checkpoints/</c> with the pointer <c>latest</c>, and <c>final.safetensors</c>,
/// <c>best.safetensors</c> (weights only).
/// </summary>
internal sealed class RunFolder(string path)
{
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string ConfigPath => System.IO.Path.Combine(Path, "config.json");

    public string MetricsPath => System.IO.Path.Combine(Path, "metrics.csv");

    public string StatusPath => System.IO.Path.Combine(Path, "run.json");

    public string Checkpoints => System.IO.Path.Combine(Path, "checkpoints");

    public string LatestPath => System.IO.Path.Combine(Checkpoints, "latest");

    public string FinalPath => System.IO.Path.Combine(Path, "final.safetensors");

    public string BestPath => System.IO.Path.Combine(Path, "best.safetensors");

    public string ClockPath => System.IO.Path.Combine(Checkpoints, "clock.json");

    public bool Exists => File.Exists(ConfigPath);

    /// <summary>True once a first checkpoint was written: the status follows it.</summary>
    public bool HasBegun => File.Exists(StatusPath) || ReadMetrics().Count > 0;

    public void Create()
    {
        try
        {
            Directory.CreateDirectory(Checkpoints);
            DurableFile.RemoveLeftOvers(Path);
            DurableFile.RemoveLeftOvers(Checkpoints);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunWriteException(
                $"The run folder {Path} cannot be created: {e.Message} Choose a folder that you may write to with .InFolder(path).",
                e
            );
        }
    }

    public JsonObject ReadConfig()
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(ConfigPath))!.AsObject();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CheckpointMismatchException(
                $"{ConfigPath} is no run configuration ({e.Message}); choose another folder with .InFolder(path).",
                e
            );
        }
    }

    /// <summary>The configuration; null where there is none that can be read.</summary>
    public JsonObject? TryReadConfig()
    {
        try
        {
            return Exists ? ReadConfig() : null;
        }
        catch (Exception e) when (e is CheckpointMismatchException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Refuses a folder of another run, naming what differs.</summary>
    public void Check(RunIdentity identity, JsonObject config)
    {
        var differences = identity.DifferencesFrom(config["identity"]);
        if (differences.Count > 0)
        {
            const int Shown = 8;
            var more = differences.Count > Shown ? $" (and {differences.Count - Shown} more)" : "";
            throw new CheckpointMismatchException(
                $"The folder {Path} holds another run: {string.Join("; ", differences.Take(Shown))}{more}. "
                    + "Go on with that run's settings, or choose another folder with .InFolder(path). Nothing was changed."
            );
        }
    }

    public void WriteConfig(JsonObject config) =>
        RunFile.WriteText(ConfigPath, config.ToJsonString(TrainingJson.Options) + "\n");

    public void WriteStatus(JsonObject status) =>
        RunFile.WriteText(StatusPath, status.ToJsonString(TrainingJson.Options) + "\n");

    public JsonObject? ReadStatus()
    {
        try
        {
            return File.Exists(StatusPath) ? JsonNode.Parse(File.ReadAllText(StatusPath))?.AsObject() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The rows of metrics.csv; a last line that a kill cut off is left out.</summary>
    public List<EpochMetrics> ReadMetrics()
    {
        List<EpochMetrics> rows = [];
        if (!File.Exists(MetricsPath))
        {
            return rows;
        }
        var text = File.ReadAllText(MetricsPath);
        var end = text.LastIndexOf('\n');
        foreach (var line in text[..(end + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            if (EpochMetrics.FromCsv(line) is EpochMetrics row)
            {
                rows.Add(row);
            }
        }
        return rows;
    }

    /// <summary>Writes the whole table anew: at the start, and when a resumed run drops rows after its checkpoint.</summary>
    public void WriteMetrics(IEnumerable<EpochMetrics> rows)
    {
        StringBuilder text = new(EpochMetrics.CsvHeader + "\n");
        foreach (var row in rows)
        {
            text.Append(row.ToCsv()).Append('\n');
        }
        RunFile.WriteText(MetricsPath, text.ToString());
    }

    /// <summary>Adds a row and forces it to the disk.</summary>
    public void AppendMetrics(EpochMetrics row)
    {
        try
        {
            using FileStream file = new(MetricsPath, FileMode.Append, FileAccess.Write);
            file.Write(Encoding.UTF8.GetBytes(row.ToCsv() + "\n"));
            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (DurableFile.IsWriteFailure(e))
        {
            throw new RunWriteException(
                $"Could not add a row to {MetricsPath}: {e.Message.TrimEnd('.')}. The last checkpoint is untouched; free some "
                    + "space and start the same run again to go on from it.",
                e
            );
        }
    }

    /// <summary>All checkpoints to resume from, the one with the most updates first.</summary>
    public IEnumerable<string> StepFiles() =>
        Directory.EnumerateFiles(Checkpoints, "step-*.safetensors").OrderByDescending(f => f, StringComparer.Ordinal);

    /// <summary>Path of the checkpoint that the pointer names, there or not; null without a pointer.</summary>
    public string? ReadLatest() =>
        File.Exists(LatestPath) && File.ReadAllText(LatestPath).Trim() is { Length: > 0 } name
            ? System.IO.Path.Combine(Checkpoints, System.IO.Path.GetFileName(name))
            : null;

    /// <summary>Moves the pointer.</summary>
    public void WriteLatest(string checkpoint, string survivor) =>
        RunFile.WriteText(LatestPath, System.IO.Path.GetFileName(checkpoint) + "\n", survivor);

    /// <summary>Wall time of an epoch under way, so that a resumed epoch reports all of it. Never part of the bits.</summary>
    public void WriteClock(EpochClock clock) =>
        RunFile.WriteText(ClockPath, JsonSerializer.Serialize(clock, TrainingJson.Options));

    public EpochClock? ReadClock(int epoch, int step)
    {
        try
        {
            if (!File.Exists(ClockPath))
            {
                return null;
            }
            var clock = JsonSerializer.Deserialize<EpochClock>(File.ReadAllText(ClockPath), TrainingJson.Options);
            return clock?.Epoch == epoch && clock.Step == step ? clock : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The default place of a run: <c>$VITNB_RUNS</c>, else <c>runs</c> in the current folder.</summary>
    public static string Default(string model, string data, string recipe, int seed, string hash)
    {
        var root = Environment.GetEnvironmentVariable("VITNB_RUNS") is { Length: > 0 } set ? set : "runs";
        var name = string.Create(CultureInfo.InvariantCulture, $"{model}-{data}-{recipe}-s{seed}-{hash[..8]}");
        return System.IO.Path.Combine(root, Safe(name));
    }

    internal static string Safe(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
}

/// <summary>Wall time spent in an epoch up to a checkpoint within it.</summary>
internal sealed record EpochClock(int Epoch, int Step, double Seconds, double WaitSeconds);

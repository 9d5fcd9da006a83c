using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Training;

/// <summary>Where a run stands: all that is needed beside tensors to go on to the same bits.</summary>
/// <param name="Epoch">0-based epoch of the next update.</param>
/// <param name="Step">Updates made in that epoch.</param>
/// <param name="GlobalStep">Updates made in the run.</param>
/// <param name="Images">Images counted in the epoch's sums.</param>
internal sealed record RunCursor(int Epoch, int Step, long GlobalStep, long Images);

/// <summary>
/// A run's full state in one safetensors file: the model under its own names, AdamW's moments under
/// <c>optimizer.exp_avg.NAME</c> and <c>optimizer.exp_avg_sq.NAME</c>, the epoch's sums, the generators' states where the
/// recipe needs them; in the metadata the cursor, the environment, and a hash of all tensors, so that a damaged file is
/// known as one. Contains no wall time, so equal runs make equal bytes.
/// </summary>
internal sealed class RunCheckpoint
{
    private const string SumsKey = "state.sums";
    private const string CursorKey = "cursor";
    private const string IdentityKey = "identity";
    private const string EnvironmentKey = "environment";
    private const string ChangesKey = "environmentChanges";
    private const string ContentKey = "sha256";

    private readonly RunFolder _folder;
    private readonly VisionModel _model;
    private readonly TrainingOptimizer _optimizer;
    private readonly RunningMetrics _metrics;
    private readonly RunGenerators? _generators;
    private readonly string _identity;
    private readonly JsonObject _environment;

    public RunCheckpoint(
        RunFolder folder,
        VisionModel model,
        TrainingOptimizer optimizer,
        RunningMetrics metrics,
        string identity,
        bool withGenerators
    )
    {
        _folder = folder;
        _model = model;
        _optimizer = optimizer;
        _metrics = metrics;
        _identity = identity;
        _generators = withGenerators ? new RunGenerators(model.parameters().Select(p => p.device)) : null;
        _environment = RunEnvironment.Of(model);
    }

    /// <summary>Where the run went on in another environment, a line a time; empty while it is bit-exact.</summary>
    public IReadOnlyList<string> Changes { get; private set; } = [];

    /// <summary>Writes a checkpoint, moves the pointer to it, and removes all but the last few.</summary>
    /// <returns>Path of the checkpoint.</returns>
    public string Save(RunCursor cursor, int keep)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors = new(_model.state_dict(), StringComparer.Ordinal);
        foreach (var (name, tensor) in _optimizer.State().Concat(_generators?.States() ?? []))
        {
            tensors[name] = tensor;
        }
        tensors[SumsKey] = _metrics.Sums;
        var metadata = CheckpointMetadata.Of(_model);
        metadata[CursorKey] = JsonSerializer.Serialize(cursor, TrainingJson.Options);
        metadata[IdentityKey] = _identity;
        foreach (var (key, value) in EnvironmentMetadata())
        {
            metadata[key] = value;
        }
        metadata[ContentKey] = StateHash.Of(tensors);
        var path = Path.Combine(_folder.Checkpoints, $"step-{cursor.GlobalStep:D8}.safetensors");
        var previous =
            _folder.ReadLatest() is string last && File.Exists(last)
                ? $"The previous checkpoint {last} is untouched; free some space and start the same run again to go on from it."
                : "Free some space and start the same run again.";
        CheckpointFile.Write(path, tensors, metadata, previous);
        _folder.WriteLatest(path, previous);
        Prune(path, keep);
        return path;
    }

    /// <summary>Writes a file with the weights alone, which <c>VisionCheckpoint.Load</c> reads; its metadata tell the environment too.</summary>
    /// <param name="path">The file, which is complete or absent, never half written.</param>
    /// <exception cref="RunWriteException">It cannot be written; an older one of the same name is still there.</exception>
    public void SaveWeights(string path)
    {
        using var scope = NewDisposeScope();
        var metadata = CheckpointMetadata.Of(_model);
        foreach (var (key, value) in EnvironmentMetadata())
        {
            metadata[key] = value;
        }
        CheckpointFile.Write(path, _model.state_dict(), metadata, "What was there before is untouched.");
    }

    /// <summary>The environment, and where it changed, for the metadata of any file with this run's weights.</summary>
    private Dictionary<string, string> EnvironmentMetadata()
    {
        Dictionary<string, string> metadata = new(StringComparer.Ordinal)
        {
            [EnvironmentKey] = _environment.ToJsonString(TrainingJson.Options),
        };
        if (Changes.Count > 0)
        {
            metadata[ChangesKey] = JsonSerializer.Serialize(Changes, TrainingJson.Options);
        }
        return metadata;
    }

    /// <summary>Puts everything back as it was when the checkpoint was written; until all of it is checked, nothing is touched.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="allowOtherMachine">Whether to go on where the environment differs; <see cref="Changes"/> then says so.</param>
    /// <exception cref="CheckpointMismatchException">It is damaged, another run's, or made in another environment.</exception>
    /// <exception cref="WeightsException">Its weights do not fit the model, whose class is another than it was.</exception>
    public RunCursor Restore(string path, bool allowOtherMachine)
    {
        using var scope = NewDisposeScope();
        var (tensors, metadata) = CheckpointFile.Read(path);
        if (
            !metadata.TryGetValue(IdentityKey, out var there)
            || !metadata.TryGetValue(CursorKey, out var cursor)
            || !metadata.TryGetValue(EnvironmentKey, out var environment)
            || !metadata.TryGetValue(ContentKey, out var content)
        )
        {
            throw new CheckpointMismatchException(
                $"{path} is no checkpoint of a run: its metadata names no run, cursor, environment or hash. It may hold weights "
                    + "alone; VisionCheckpoint.Load reads those."
            );
        }
        if (!string.Equals(there, _identity, StringComparison.Ordinal))
        {
            throw new CheckpointMismatchException(
                $"{path} belongs to another run ({there[..Math.Min(8, there.Length)]}, here {_identity[..8]}): {Difference(metadata)}"
            );
        }
        if (!string.Equals(StateHash.Of(tensors), content, StringComparison.Ordinal))
        {
            throw Damaged(path, "its tensors have not the SHA-256 that was written with them");
        }
        RunCursor position;
        List<string> changes;
        JsonNode? then;
        try
        {
            position = JsonSerializer.Deserialize<RunCursor>(cursor, TrainingJson.Options)!;
            then = JsonNode.Parse(environment);
            changes = metadata.TryGetValue(ChangesKey, out var before)
                ? JsonSerializer.Deserialize<List<string>>(before, TrainingJson.Options)!
                : [];
        }
        catch (JsonException e)
        {
            throw Damaged(path, $"its metadata cannot be read ({e.Message})");
        }
        var differences = RunEnvironment.Differences(then, _environment);
        if (differences.Count > 0)
        {
            var what = string.Join("; ", differences);
            if (!allowOtherMachine)
            {
                throw new CheckpointMismatchException(
                    $"{path} was made in another environment: {what}. Going on here would not end in the bits of an unbroken run. "
                        + "Go on in that environment, or add .AllowOtherMachine() to go on here all the same; the run is then marked as not "
                        + "bit-exact. Nothing was changed."
                );
            }
            changes.Add($"from update {position.GlobalStep} on: {what}");
        }
        if (_generators?.MissingFrom(tensors).ToList() is { Count: > 0 } missing)
        {
            throw new CheckpointMismatchException(
                $"{path} lacks {string.Join(", ", missing)}, so the random numbers of that device cannot go on. Put the model on the device "
                    + "that the run began on, or begin the run anew in another folder. Nothing was changed."
            );
        }
        using (var weights = WeightSource.Of(tensors, CheckpointMetadata.In(path, metadata)))
        {
            WeightLoading.Restore(_model, weights);
        }
        _optimizer.Restore(tensors, position.GlobalStep, path);
        _metrics.Restore(tensors[SumsKey], position.Images);
        _generators?.Restore(tensors);
        Changes = changes;
        return position;
    }

    /// <summary>How the model of a file differs from this one, as a sentence.</summary>
    private string Difference(IReadOnlyDictionary<string, string> metadata)
    {
        List<string> differences = [];
        var there = metadata.TryGetValue("model", out var json) ? JsonNode.Parse(json) : null;
        RunIdentity.Compare("model", there, JsonNode.Parse(_model.Config.ToJson()), differences);
        return differences.Count == 0
            ? "the models are the same, but data, recipe or seed differ."
            : string.Join("; ", differences.Take(6)) + ".";
    }

    private static CheckpointMismatchException Damaged(string path, string why) =>
        new($"{path} is damaged: {why}") { IsDamage = true };

    private void Prune(string newest, int keep)
    {
        foreach (
            var old in _folder
                .StepFiles()
                .Where(f => !string.Equals(f, newest, StringComparison.Ordinal))
                .Skip(keep - 1)
        )
        {
            File.Delete(old);
        }
    }
}

using System.Text.Json;
using TorchSharp;
using VitNotebooks.Evaluation;
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
/// <c>optimizer.exp_avg.NAME</c> and <c>optimizer.exp_avg_sq.NAME</c>, the epoch's sums, the generator's state where the
/// recipe needs it, and the cursor in the metadata. Contains no wall time, so equal runs make equal bytes.
/// </summary>
internal static class RunCheckpoint
{
    private const string SumsKey = "state.sums";
    private const string GeneratorKey = "state.generator";
    private const string CursorKey = "cursor";
    private const string IdentityKey = "identity";

    /// <summary>Writes a checkpoint, moves the pointer to it, and removes all but the last few.</summary>
    /// <returns>Path of the checkpoint.</returns>
    public static string Save(
        RunFolder folder,
        VisionModel model,
        TrainingOptimizer optimizer,
        RunningMetrics metrics,
        RunCursor cursor,
        string identity,
        bool withGenerator,
        int keep
    )
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        foreach ((string name, Tensor tensor) in model.state_dict())
        {
            tensors[name] = tensor;
        }
        foreach ((string name, Tensor tensor) in optimizer.State())
        {
            tensors[name] = tensor;
        }
        tensors[SumsKey] = metrics.Sums;
        if (withGenerator)
        {
            tensors[GeneratorKey] = random.get_rng_state();
        }
        Dictionary<string, string> metadata = VisionCheckpoint.Metadata(model);
        metadata[CursorKey] = JsonSerializer.Serialize(cursor, TrainingJson.Options);
        metadata[IdentityKey] = identity;
        string path = Path.Combine(folder.Checkpoints, $"step-{cursor.GlobalStep:D8}.safetensors");
        string previous = Latest(folder) is string last
            ? $"The previous checkpoint {last} is untouched; free some space and start the same run again to go on from it."
            : "Free some space and start the same run again.";
        CheckpointFile.Write(path, tensors, metadata, previous);
        AtomicFile.WriteText(folder.LatestPath, Path.GetFileName(path) + "\n", previous);
        Prune(folder, path, keep);
        return path;
    }

    /// <summary>The checkpoint that the pointer names; null when there is none yet.</summary>
    public static string? Latest(RunFolder folder)
    {
        if (!File.Exists(folder.LatestPath))
        {
            return null;
        }
        string path = Path.Combine(folder.Checkpoints, File.ReadAllText(folder.LatestPath).Trim());
        return File.Exists(path) ? path : null;
    }

    /// <summary>Puts everything back as it was when the checkpoint was written.</summary>
    public static RunCursor Restore(
        string path,
        VisionModel model,
        TrainingOptimizer optimizer,
        RunningMetrics metrics,
        string identity,
        bool withGenerator
    )
    {
        using var scope = NewDisposeScope();
        (Dictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata) = CheckpointFile.Read(path);
        if (
            !metadata.TryGetValue(IdentityKey, out string? there)
            || !metadata.TryGetValue(CursorKey, out string? cursor)
        )
        {
            throw new CheckpointMismatchException(
                $"{path} is no checkpoint of a run: its metadata names no run and no cursor. It may hold weights alone; "
                    + "VisionCheckpoint.Load reads those."
            );
        }
        if (!string.Equals(there, identity, StringComparison.Ordinal))
        {
            throw new CheckpointMismatchException(
                $"{path} belongs to another run ({there[..8]}, here {identity[..8]}): {VisionCheckpoint.Difference(model, metadata)}"
            );
        }
        VisionCheckpoint.LoadInto(model, tensors, path);
        RunCursor position = JsonSerializer.Deserialize<RunCursor>(cursor, TrainingJson.Options)!;
        optimizer.Restore(tensors, position.GlobalStep, path);
        metrics.Restore(tensors[SumsKey], position.Images);
        if (withGenerator)
        {
            random.set_rng_state(tensors[GeneratorKey]);
        }
        return position;
    }

    private static void Prune(RunFolder folder, string newest, int keep)
    {
        foreach (
            string old in Directory
                .EnumerateFiles(folder.Checkpoints, "step-*.safetensors")
                .Where(f => !string.Equals(f, newest, StringComparison.Ordinal))
                .OrderByDescending(f => f, StringComparer.Ordinal)
                .Skip(keep - 1)
        )
        {
            File.Delete(old);
        }
    }
}

using System.Globalization;

namespace VitNotebooks.Training;

/// <summary>
/// Where a run goes on: at the checkpoint that <c>latest</c> names, or, where that one is missing or damaged, at the newest
/// other one that is whole. A run that has been somewhere never starts from zero again by itself.
/// </summary>
/// <param name="Path">The checkpoint that was restored.</param>
/// <param name="Cursor">Where the run stands.</param>
/// <param name="Note">What was wrong with newer ones and what became of them; null when all was well.</param>
internal sealed record ResumePoint(string Path, RunCursor Cursor, string? Note)
{
    private const string DamagedSuffix = ".damaged";

    /// <summary>Restores the newest checkpoint that is whole.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="restore">Restores a checkpoint, or says that it is damaged and has touched nothing.</param>
    /// <returns>Where the run stands; null for a run that has not begun.</returns>
    /// <exception cref="CheckpointMismatchException">No checkpoint is whole, or the newest whole one is refused.</exception>
    public static ResumePoint? Find(RunFolder folder, Func<string, RunCursor> restore)
    {
        var named = folder.ReadLatest();
        List<string> candidates = [.. folder.StepFiles()];
        if (named is not null)
        {
            candidates.Remove(named);
            candidates.Insert(0, named);
        }
        else if (candidates.Count == 0)
        {
            return folder.HasBegun
                ? throw new CheckpointMismatchException(
                    $"{folder.Path} holds a run that has begun ({folder.ReadMetrics().Count} epochs in metrics.csv), but its checkpoints are gone. "
                        + "Bring its folder checkpoints back, or begin anew in another folder with .InFolder(path). Nothing was changed."
                )
                : null;
        }
        List<string> faults = [];
        if (named is null)
        {
            faults.Add("the pointer checkpoints/latest is missing");
        }
        foreach (var path in candidates)
        {
            try
            {
                if (!File.Exists(path))
                {
                    throw new CheckpointMismatchException($"{path}, which latest names, is missing")
                    {
                        IsDamage = true,
                    };
                }
                var cursor = restore(path);
                if (faults.Count == 0)
                {
                    return new ResumePoint(path, cursor, null);
                }
                var aside = SetAside(candidates.TakeWhile(c => c != path));
                folder.WriteLatest(path, "The other checkpoints are untouched.");
                var again =
                    StepOf(candidates[0]) is long lost && lost > cursor.GlobalStep
                        ? string.Create(
                            CultureInfo.InvariantCulture,
                            $" {lost - cursor.GlobalStep} updates are made again."
                        )
                        : "";
                return new ResumePoint(
                    path,
                    cursor,
                    $"{Sentence(faults)} Going on from {path}, which is whole.{again}{aside}"
                );
            }
            catch (CheckpointMismatchException e) when (e.IsDamage)
            {
                faults.Add(e.Message.TrimEnd('.'));
            }
        }
        throw new CheckpointMismatchException(
            $"No checkpoint of the run in {folder.Path} is whole: {string.Join("; ", faults)}. Bring one of them back, or begin anew in "
                + "another folder with .InFolder(path). Nothing was changed."
        );
    }

    /// <summary>Damaged files get another name: they must not count as kept checkpoints, and someone may want to look at them.</summary>
    private static string SetAside(IEnumerable<string> damaged)
    {
        List<string> kept = [];
        foreach (var path in damaged.Where(File.Exists))
        {
            try
            {
                File.Move(path, path + DamagedSuffix, overwrite: true);
                kept.Add(System.IO.Path.GetFileName(path) + DamagedSuffix);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                kept.Add(System.IO.Path.GetFileName(path));
            }
        }
        return kept.Count == 0 ? "" : $" The damaged file is kept as {string.Join(", ", kept)}.";
    }

    private static string Sentence(List<string> faults)
    {
        var text = string.Join("; ", faults);
        return char.ToUpperInvariant(text[0]) + text[1..] + ".";
    }

    private static long? StepOf(string path) =>
        System.IO.Path.GetFileName(path).Split('-', '.') is ["step", string digits, ..]
        && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? step
            : null;
}

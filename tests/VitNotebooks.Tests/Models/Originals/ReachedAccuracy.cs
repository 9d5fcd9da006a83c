using System.Globalization;

namespace VitNotebooks.Tests.Models.Originals;

/// <summary>
/// What the comparisons with the authors' code reach, noted in the folder that <c>VITNB_ACCURACY</c> names, one line of tab-separated values a
/// comparison: values, family, source, bound, then the relative differences of logits and gradients in evaluation, of both in training, and of
/// batch norm's buffers, empty where there is none. eng/accuracy.sh makes docs/accuracy-of-models.md of them.
/// </summary>
internal static class ReachedAccuracy
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("VITNB_ACCURACY");

    public static void Note(string values, string family, string source, double bound, Original.Differences found)
    {
        if (string.IsNullOrEmpty(Folder))
        {
            return;
        }

        Directory.CreateDirectory(Folder);
        double?[] numbers =
        [
            bound,
            found.Evaluation.Logits,
            found.Evaluation.Gradients,
            found.Training?.Logits,
            found.Training?.Gradients,
            found.Buffers,
        ];
        string[] cells =
        [
            values,
            family,
            string.Join(' ', source.Split(' ').Take(2)), // repository and commit
            .. numbers.Select(number => number?.ToString("e3", CultureInfo.InvariantCulture) ?? ""),
        ];
        File.WriteAllText(Path.Combine(Folder, $"{values}.tsv"), string.Join('\t', cells) + "\n");
    }
}

using VitNotebooks.Acceleration;
using VitNotebooks.Fuzzing;

namespace VitNotebooks.Benchmarks;

/// <summary>Damaged files by the hundred thousand, one line of JSON a format. A process that dies has found something: the format's name is on
/// the error stream before it begins.</summary>
internal static class FuzzCommand
{
    /// <returns>0 when every file ended in an error or in the answer that a plain reading of it gives.</returns>
    public static int Run(int count, string? pythonFolder, string? only, Action<object> print)
    {
        var failed = 0;
        foreach (
            var format in FuzzedFormat
                .All(pythonFolder)
                .Where(f => f.Files.Count > 0 && (only is null || f.Name == only))
        )
        {
            Console.Error.WriteLine($"{format.Name}: {count} files");
            var report = FuzzRun.Run(format, count, seed: 2);
            failed += report.Failures.Count;
            print(
                new
                {
                    format = report.Format,
                    files = report.Files,
                    errors = report.Errors,
                    answers = report.Answers,
                    seconds = Math.Round(report.Seconds, 1),
                    mostManagedBytes = report.MostManagedBytes,
                    mostNativeBytes = report.MostNativeBytes,
                    residentGrowth = report.ResidentGrowth,
                    peakResident = Memory.PeakResidentBytes,
                    failures = report.Failures,
                }
            );
        }
        return failed == 0 ? 0 : 1;
    }
}

using System.Diagnostics;
using System.Globalization;
using Shouldly;
using Xunit;

namespace VitNotebooks.Torch.Tests.BadInput;

/// <summary>
/// No argument ends the process: every binding and every public method is called with null, disposed, empty, huge, sparse
/// and meta tensors, sizes that overflow, indexes out of range, numbers that are none. A call returns or throws a typed exception.
/// </summary>
public sealed class BadInputTests
{
    // An order of a polynomial, or a number of repeats, may ask for centuries of honest work: that is no crash.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    [Fact]
    public void FewCalls_OfEveryKind_ReturnOrThrowTyped() => Check(seed: 1, calls: 6_000);

    [Fact]
    [Trait("Category", "Slow")]
    public void ManyCalls_OfEveryKind_ReturnOrThrowTyped() => Check(seed: 2, calls: 60_000);

    private static void Check(int seed, int calls)
    {
        var (faults, made) = Fuzz(seed, calls);
        made.ShouldBeGreaterThan(calls * 9 / 10);
        if (Environment.GetEnvironmentVariable("VITNB_TEST_REPORT") is { Length: > 0 } path)
        {
            File.AppendAllLines(path, faults);
        }

        faults.Count.ShouldBe(0, $"{faults.Count} calls, the first:\n{string.Join('\n', faults.Take(30))}");
    }

    private static (List<string> Faults, int Made) Fuzz(int seed, int calls)
    {
        var faults = new List<string>();
        var folder = Directory.CreateTempSubdirectory("vitnb-bad-input-").FullName;
        var record = Path.Combine(folder, "record");
        var (first, made) = (0, 0);
        try
        {
            while (first < calls && faults.Count < 400)
            {
                File.Delete(record);
                var (code, errors) = Child(seed, first, calls, record);
                var lines = File.Exists(record) ? File.ReadAllLines(record) : [];
                faults.AddRange(lines.Where(l => l.StartsWith("BAD", StringComparison.Ordinal)));
                made += lines.Count(l => l.StartsWith("CALL", StringComparison.Ordinal));
                if (lines.LastOrDefault() == "END")
                {
                    break;
                }

                if (lines.LastOrDefault(l => l.StartsWith("CALL", StringComparison.Ordinal)) is not { } last)
                {
                    faults.Add($"the child made no call and ended with {code}: {errors}");
                    break;
                }
                if (code is { } crash)
                {
                    faults.Add($"CRASH {crash} in {last}: {errors}");
                }

                first = int.Parse(last.Split(' ')[1], CultureInfo.InvariantCulture) + 1;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return (faults, made);
    }

    /// <returns>The exit code, null for a child that made no progress and was ended.</returns>
    private static (int? Code, string Errors) Child(int seed, int first, int calls, string record)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        string[] words =
        [
            "exec",
            typeof(BadInputTests).Assembly.Location,
            "bad-input",
            $"{seed}",
            $"{first}",
            $"{calls}",
            record,
        ];
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        var (length, since) = (0L, Stopwatch.StartNew());
        while (!process.WaitForExit(50))
        {
            var now = File.Exists(record) ? new FileInfo(record).Length : 0;
            if (now != length)
            {
                (length, since) = (now, Stopwatch.StartNew());
            }
            // Loading libtorch may take longer than any call.
            if (since.Elapsed > (length == 0 ? 6 * s_patience : s_patience))
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
                return (null, "");
            }
        }
        return (process.ExitCode, string.Join(" ", errors.Result.Split('\n').Take(3)));
    }
}

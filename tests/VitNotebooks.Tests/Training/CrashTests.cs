using System.Diagnostics;
using Shouldly;
using VitNotebooks.Oracles;
using VitNotebooks.Training;
using Xunit;
using Xunit.Abstractions;

namespace VitNotebooks.Tests.Training;

[Collection(Alone.Name)]
public class CrashTests(ITestOutputHelper output)
{
    public const int Epochs = 18;
    private const int Kills = 10;

    [Fact]
    public void Fit_KilledTenTimesAtRandomMoments_EndsInTheBitsOfAnUnkilledRun()
    {
        using TemporaryFolder folder = new();
        using (var whole = Start(folder["whole"]))
        {
            whole.StandardOutput.ReadToEnd().ShouldContain($"completed {Epochs}");
            whole.WaitForExit();
            whole.ExitCode.ShouldBe(0);
        }
        Random random = new(3);
        var latest = Path.Combine(folder["killed"], "checkpoints", "latest");
        List<string> places = [];
        for (var kill = 0; kill < Kills; kill++)
        {
            using var process = Start(folder["killed"]);
            var before = File.Exists(latest) ? File.ReadAllText(latest) : "";
            // Let it get on by a checkpoint or more, then strike at any point between two of them, the writing included.
            var changes = 0;
            var wanted = random.Next(1, 4);
            var seen = before;
            while (changes < wanted && !process.HasExited)
            {
                var now = File.Exists(latest) ? File.ReadAllText(latest) : "";
                if (now != seen)
                {
                    seen = now;
                    changes++;
                }
            }
            var until = Stopwatch.GetTimestamp() + (random.Next(0, 20_000) * Stopwatch.Frequency / 1_000_000);
            while (Stopwatch.GetTimestamp() < until) { }
            process.HasExited.ShouldBeFalse("the run must be long enough to be killed ten times");
            process.Kill();
            process.WaitForExit();
            places.Add(File.ReadAllText(latest).Trim()[5..13].TrimStart('0'));
        }
        output.WriteLine("killed after the checkpoints of updates " + string.Join(", ", places));
        using (var last = Start(folder["killed"]))
        {
            last.StandardOutput.ReadToEnd().ShouldContain($"completed {Epochs}");
        }
        RunBytes.ShouldBeEqual(folder["whole"], folder["killed"]);
        Directory
            .EnumerateFiles(folder["killed"], "*", SearchOption.AllDirectories)
            .ShouldAllBe(f => !f.EndsWith("-partial"));
    }

    [Fact]
    public void Fit_DiskFullWhileSaving_KeepsThePreviousCheckpointAndSaysSo()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Should.Throw<TrainingInterruptedException>(() =>
            TinyTask.Trainer(folder["run"], CrashRun.Recipe).Fit(stop.Token)
        );
        var latest = File.ReadAllText(Path.Combine(folder["run"], "checkpoints", "latest")).Trim();
        var before = File.ReadAllBytes(Path.Combine(folder["run"], "checkpoints", latest));

        // No file may grow beyond 16 blocks of 1,024 bytes: every checkpoint hits the end of the "disk".
        using var limited = Start(folder["run"], "trap '' XFSZ; ulimit -f 16; exec");
        var said = limited.StandardOutput.ReadToEnd();
        limited.WaitForExit();
        limited.ExitCode.ShouldBe(3, said);
        said.ShouldContain(
            $"The previous checkpoint {Path.Combine(folder["run"], "checkpoints", latest)} is untouched"
        );

        File.ReadAllText(Path.Combine(folder["run"], "checkpoints", "latest")).Trim().ShouldBe(latest);
        File.ReadAllBytes(Path.Combine(folder["run"], "checkpoints", latest)).ShouldBe(before);
        var rest = TinyTask.Trainer(folder["run"], CrashRun.Recipe).Fit();
        rest.Status.ShouldBe(RunStatus.Completed);
    }

    internal static Process Start(string folder, string prefix = "exec")
    {
        var assembly = typeof(CrashTests).Assembly.Location;
        ProcessStartInfo start = new("/bin/bash") { RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"{prefix} \"$0\" exec \"$1\"");
        start.ArgumentList.Add(
            Environment.ProcessPath is { } host && Path.GetFileName(host) == "dotnet" ? host : "dotnet"
        );
        start.ArgumentList.Add(assembly);
        start.Environment["DOTNET_STARTUP_HOOKS"] = assembly;
        start.Environment[CrashRun.FolderVariable] = folder;
        // The runtime's double mapping of code wants a large memory file, which a limit on file sizes forbids.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return Process.Start(start)!;
    }
}

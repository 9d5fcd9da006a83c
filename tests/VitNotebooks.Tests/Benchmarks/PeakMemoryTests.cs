using System.Diagnostics;
using System.Text.Json;
using Shouldly;
using VitNotebooks.Oracles;
using Xunit;

namespace VitNotebooks.Tests.Benchmarks;

/// <summary>
/// The peak memory of training and of inference without gradients is at most 1.05 of what Python's PyTorch takes with
/// torchvision's model: the difference between a process that runs the model and one that only loads libtorch.
/// </summary>
public sealed class PeakMemoryTests
{
    private const double Allowed = 1.05;
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    private static readonly Lazy<double> OurBaseline = new(() => Ours("none", "baseline"));
    private static readonly Lazy<double> TheirBaseline = new(() => Theirs("none", "baseline"));

    [Theory]
    [InlineData("swin_t", "train")]
    [InlineData("swin_t", "infer")]
    [InlineData("vit_s16", "train")]
    [InlineData("vit_s16", "infer")]
    [Trait("Category", "Slow")]
    public void PeakMemory_OverTwoSteps_IsAtMostPythons(string model, string mode)
    {
        var ours = Ours(model, mode) - OurBaseline.Value;
        var theirs = Theirs(model, mode) - TheirBaseline.Value;

        theirs.ShouldBeGreaterThan(50 << 10, "the reference's peak must be the model's and not that of its imports");
        ours.ShouldBeGreaterThan(50 << 10, "our peak must be the model's and not that of the runtime");
        (ours / theirs).ShouldBeLessThanOrEqualTo(
            Allowed,
            $"{model} {mode}: ours {ours / 1024:0} MB, Python's {theirs / 1024:0} MB over the baselines"
        );
    }

    private static double Theirs(string model, string mode) =>
        PeakOf(
            PythonOracle.Run(
                Path.Combine(PythonOracle.Folder, "..", "..", "benchmarks", "python", "models.py"),
                Timeout,
                model,
                mode,
                "--steps",
                "1",
                "--warmup",
                "1"
            )
        );

    private static double Ours(string model, string mode)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // Beside other tests, threads that wait by spinning would take the cores from those that work.
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "VitNotebooks.Benchmarks.dll"),
            "model",
            model,
            mode,
            "--steps",
            "1",
            "--warmup",
            "1",
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit(Timeout).ShouldBeTrue($"{model} {mode} did not end in time");
        process.ExitCode.ShouldBe(0, errors.Result);
        return PeakOf(output);
    }

    private static double PeakOf(string output)
    {
        using var json = JsonDocument.Parse(output.Trim().Split('\n')[^1]);
        return json.RootElement.GetProperty("peak_kb").GetDouble();
    }
}

using System.Diagnostics;
using TorchSharp;
using VitNotebooks.Models;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VitNotebooks.Benchmarks;

/// <summary>Training steps and inference of one model on random images, with what they cost in time and memory.</summary>
internal static class ModelRace
{
    private const int Batch = 8,
        ImageSize = 224,
        Classes = 1000,
        Threads = 2;

    /// <summary>Medians over the measured steps; the peak is the process's (VmHWM).</summary>
    public sealed record Result(double? SamplesPerSec, double? StepTimeMs, long PeakKb);

    public static Result Run(string name, string mode, int steps, int warmup)
    {
        set_num_threads(Threads);
        manual_seed(0);
        using var scope = NewDisposeScope();
        using (NewDisposeScope())
        {
            _ = randn(64, 64).matmul(randn(64, 64));
        }
        if (mode == "baseline")
        {
            return new Result(null, null, PeakKilobytes());
        }

        using var model = Build(name);
        var images = randn(Batch, 3, ImageSize, ImageSize);
        var labels = randint(0, Classes, new long[] { Batch }, dtype: ScalarType.Int64);
        var times = mode switch
        {
            "train" => Train(model, images, labels, steps, warmup),
            "infer" => Infer(model, images, steps, warmup),
            _ => throw new ArgumentException($"no mode '{mode}'; there are train, infer and baseline", nameof(mode)),
        };
        times.Sort();
        var step = times[times.Count / 2];
        return new Result(Batch / step, step * 1000, PeakKilobytes());
    }

    private static VisionModel Build(string name) =>
        name switch
        {
            "swin_t" => VisionModels.Create("swin_tiny_patch4_window7_224", Classes),
            "vit_s16" => VisionModels.Create("vit_small_patch16_224", Classes),
            _ => throw new ArgumentException($"no model '{name}'; there are swin_t, vit_s16 and none", nameof(name)),
        };

    private static List<double> Train(VisionModel model, Tensor images, Tensor labels, int steps, int warmup)
    {
        model.train();
        using var optimizer = optim.AdamW(model.parameters(), lr: 1e-4, weight_decay: 0.05);
        var times = new List<double>();
        for (var step = 0; step < warmup + steps; step++)
        {
            var start = Stopwatch.GetTimestamp();
            using (NewDisposeScope())
            {
                optimizer.zero_grad();
                var loss = F.cross_entropy(model.call(images), labels);
                loss.backward();
                optimizer.step();
            }
            if (step >= warmup)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
        return times;
    }

    private static List<double> Infer(VisionModel model, Tensor images, int steps, int warmup)
    {
        model.eval();
        var times = new List<double>();
        using var inference = inference_mode();
        for (var step = 0; step < warmup + steps; step++)
        {
            var start = Stopwatch.GetTimestamp();
            using (NewDisposeScope())
            {
                _ = model.call(images);
            }
            if (step >= warmup)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
        return times;
    }

    private static long PeakKilobytes()
    {
        var line = File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        return long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]);
    }
}

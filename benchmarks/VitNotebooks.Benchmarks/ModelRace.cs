using System.Diagnostics;
using TorchSharp;
using VitNotebooks.Acceleration;
using VitNotebooks.Models;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VitNotebooks.Benchmarks;

/// <summary>Training steps and inference of one model on random images, with what they cost in time and memory.</summary>
internal static class ModelRace
{
    private const int Classes = 1000;

    /// <summary>Medians over the measured steps; the peak is the process's (VmHWM), in kB.</summary>
    public sealed record Result(
        double? SamplesPerSec,
        double? StepTimeMs,
        long PeakKb,
        double? LastLoss = null,
        int? ImgSize = null
    );

    public static Result Run(RaceSetting setting)
    {
        if (setting.Threads > 0)
        {
            set_num_threads(setting.Threads);
        }
        manual_seed(0);
        using var scope = NewDisposeScope();
        using (NewDisposeScope())
        {
            _ = randn(64, 64, device: setting.Device).matmul(randn(64, 64, device: setting.Device));
        }
        if (setting.Mode == "baseline")
        {
            return new Result(null, null, PeakKilobytes());
        }

        using var model = Build(setting.Model);
        model.to(setting.Device);
        var size = model.Config.ImageSize;
        var images = randn(setting.Batch, 3, size, size, device: setting.Device);
        var labels = randint(
            0,
            model.Config.Classes,
            new long[] { setting.Batch },
            dtype: ScalarType.Int64,
            device: setting.Device
        );
        if (setting.ChannelsLast)
        {
            ChannelsLast.Apply(model);
            using var contiguous = images; // Python's is gone as soon as its name is another's
            images = ChannelsLast.Of(contiguous);
        }
        double? loss = null;
        var times = setting.Mode switch
        {
            "train" => Train(model, images, labels, setting, out loss),
            "infer" => Infer(model, images, setting),
            var other => throw new ArgumentException($"no mode '{other}'; there are train, infer and baseline"),
        };
        times.Sort();
        var step = times[times.Count / 2];
        return new Result(setting.Batch / step, step * 1000, PeakKilobytes(), loss, size);
    }

    private static VisionModel Build(string name) =>
        name switch
        {
            "swin_t" => VisionModels.Create("swin_tiny_patch4_window7_224", Classes),
            "vit_s16" => VisionModels.Create("vit_small_patch16_224", Classes),
            "resnet50" => VisionModels.Create("resnet50", Classes),
            _ => VisionModels.Create(name),
        };

    private static List<double> Train(
        VisionModel model,
        Tensor images,
        Tensor labels,
        RaceSetting setting,
        out double? lastLoss
    )
    {
        model.train();
        using var optimizer = optim.AdamW(model.parameters(), lr: 1e-4, weight_decay: 0.05);
        var times = new List<double>();
        lastLoss = null;
        for (var step = 0; step < setting.Warmup + setting.Steps; step++)
        {
            var start = Stopwatch.GetTimestamp();
            using (NewDisposeScope())
            {
                optimizer.zero_grad();
                Tensor loss;
                using (setting.Precision())
                {
                    loss = F.cross_entropy(model.call(images), labels);
                }
                loss.backward();
                optimizer.step();
                if (setting.Device.type == DeviceType.CUDA || step == setting.Warmup + setting.Steps - 1)
                {
                    lastLoss = loss.ToDouble(); // waits for the device
                }
            }
            if (step >= setting.Warmup)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
        return times;
    }

    private static List<double> Infer(VisionModel model, Tensor images, RaceSetting setting)
    {
        model.eval();
        var times = new List<double>();
        using var inference = inference_mode();
        using var precision = setting.Precision();
        for (var step = 0; step < setting.Warmup + setting.Steps; step++)
        {
            var start = Stopwatch.GetTimestamp();
            using (NewDisposeScope())
            {
                var logits = model.call(images);
                if (setting.Device.type == DeviceType.CUDA)
                {
                    _ = logits[0, 0].item<float>(); // waits for the device
                }
            }
            if (step >= setting.Warmup)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
        return times;
    }

    internal static long PeakKilobytes()
    {
        var line = File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        return long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]);
    }
}

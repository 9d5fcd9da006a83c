using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VitNotebooks.Benchmarks;

/// <summary>What small ops cost through the public API: inside a scope, results freed with it, without and with grad.</summary>
internal static class SmallOpsRace
{
    /// <summary>Ops a scope holds: about what a transformer block makes.</summary>
    private const int PerScope = 20;

    /// <summary>Median nanoseconds an op, by "op mode", the mode <c>no_grad</c> or <c>grad</c>.</summary>
    public static Dictionary<string, double> Run(int repeats, int calls)
    {
        set_num_threads(2);
        manual_seed(0);
        using var scope = NewDisposeScope();
        var results = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var grad in new[] { false, true })
        {
            Tensor Made(params long[] shape) => randn(shape).requires_grad_(grad);
            var mode = grad ? "grad" : "no_grad";
            Tensor a = Made(4, 4),
                b = Made(4, 4),
                left = Made(16, 16),
                right = Made(16, 16),
                tokens = Made(16, 64),
                weight = Made(64),
                bias = Made(64);
            long[] width = [64];
            results[$"add_4x4 {mode}"] = Measure(() => a + b);
            results[$"view_4x4 {mode}"] = Measure(() => a.view(16));
            results[$"matmul_16x16 {mode}"] = Measure(() => left.matmul(right));
            results[$"layer_norm_16x64 {mode}"] = Measure(() => F.layer_norm(tokens, width, weight, bias));
        }
        return results;

        double Measure(Func<Tensor> op)
        {
            var times = new List<double>();
            for (var round = 0; round < repeats + 2; round++)
            {
                var start = Stopwatch.GetTimestamp();
                for (var i = 0; i < calls / PerScope; i++)
                {
                    using var inner = NewDisposeScope();
                    for (var k = 0; k < PerScope; k++)
                    {
                        _ = op();
                    }
                }
                if (round >= 2) // the first ones warm up, the compiler included
                {
                    times.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / (calls / PerScope * PerScope));
                }
            }
            times.Sort();
            return times[times.Count / 2];
        }
    }
}

using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Benchmarks;

/// <summary>What one op costs beside its arithmetic: <c>a + b</c> of two 4x4 tensors inside a scope, freed with it.</summary>
internal static class AddRace
{
    private const int Adds = 200_000;

    /// <summary>Ops a scope holds: about what a transformer block makes.</summary>
    private const int AddsPerScope = 20;

    /// <summary>Median nanoseconds an add, without and with grad.</summary>
    public sealed record Result(double AddNs, double AddGradNs);

    public static Result Run(int repeats)
    {
        set_num_threads(2);
        using var scope = NewDisposeScope();
        Tensor a = randn(4, 4),
            b = randn(4, 4);
        var plain = Measure(a, b, repeats);
        var withGrad = Measure(a.clone().requires_grad_(), b.clone().requires_grad_(), repeats);
        return new Result(plain, withGrad);
    }

    private static double Measure(Tensor a, Tensor b, int repeats)
    {
        var times = new List<double>();
        for (var round = 0; round < repeats + 2; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < Adds / AddsPerScope; i++)
            {
                using var scope = NewDisposeScope();
                for (var k = 0; k < AddsPerScope; k++)
                {
                    _ = a + b;
                }
            }
            if (round >= 2) // the first ones warm up, the compiler included
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / Adds);
            }
        }
        times.Sort();
        return times[times.Count / 2];
    }
}

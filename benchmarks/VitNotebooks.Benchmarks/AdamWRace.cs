using System.Diagnostics;
using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Benchmarks;

/// <summary>One step of AdamW on Swin-T's parameters: ours against a loop over the parameters with public tensor ops, alternating.</summary>
internal static class AdamWRace
{
    private const double Lr = 1e-3;
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Eps = 1e-8;
    private const double Decay = 0.05;

    /// <summary>Median milliseconds a step, and how many times faster ours is.</summary>
    public sealed record Result(int Tensors, long Values, double FusedMs, double LoopMs, double Times);

    public static Result Run(int steps)
    {
        set_num_threads(2);
        using var scope = NewDisposeScope();
        using var model = VisionModels.Swin().Tiny().Classes(1000).Build();
        Parameter[] ours = [.. model.parameters()];
        Parameter[] theirs = [.. ours.Select(p => new Parameter(p.detach().clone()))];
        foreach (var (one, two) in ours.Zip(theirs))
        {
            one.grad = randn(one.shape).mul(0.01);
            two.grad = one.grad!.clone();
        }
        using var optimizer = optim.AdamW(ours, Lr, Beta1, Beta2, Eps, Decay);
        Tensor[] means = [.. theirs.Select(p => zeros_like(p).detach())];
        Tensor[] squares = [.. theirs.Select(p => zeros_like(p).detach())];
        var (fused, loop) = (new List<double>(), new List<double>());
        for (var step = 1; step <= steps + 2; step++)
        {
            var start = Stopwatch.GetTimestamp();
            optimizer.step();
            var between = Stopwatch.GetTimestamp();
            Loop(theirs, means, squares, step);
            if (step > 2) // the first ones warm up, the compiler included
            {
                fused.Add(Stopwatch.GetElapsedTime(start, between).TotalMilliseconds);
                loop.Add(Stopwatch.GetElapsedTime(between).TotalMilliseconds);
            }
        }
        Agree(ours, theirs);
        var (fusedMs, loopMs) = (Median(fused), Median(loop));
        return new Result(ours.Length, ours.Sum(p => p.numel()), fusedMs, loopMs, loopMs / fusedMs);
    }

    // As TorchSharp's optimizer goes through its parameters.
    private static void Loop(Parameter[] parameters, Tensor[] means, Tensor[] squares, int step)
    {
        using var _ = no_grad();
        for (var i = 0; i < parameters.Length; i++)
        {
            using var scope = NewDisposeScope();
            var grad = parameters[i].grad!;
            parameters[i].mul_(1 - (Lr * Decay));
            means[i].mul_(Beta1).add_(grad, alpha: 1 - Beta1);
            squares[i].mul_(Beta2).addcmul_(grad, grad, value: 1 - Beta2);
            var denominator = (squares[i].sqrt() / Math.Sqrt(1 - Math.Pow(Beta2, step))).add_(Eps);
            parameters[i].addcdiv_(means[i], denominator, value: -Lr / (1 - Math.Pow(Beta1, step)));
        }
    }

    private static void Agree(Parameter[] ours, Parameter[] theirs)
    {
        foreach (var (one, two) in ours.Zip(theirs))
        {
            if (!one.allclose(two, rtol: 1e-4, atol: 1e-6))
            {
                throw new InvalidOperationException("AdamWRace: the two sides came to different parameters.");
            }
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}

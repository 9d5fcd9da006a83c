using Shouldly;
using TorchSharp.Modules;
using VitNotebooks.Acceleration;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.OnTorchSharp.Tests;

/// <summary>Averages and clipping from plain operations, for tensors of several precisions at once.</summary>
public sealed class FusedTests
{
    private static readonly ScalarType[] s_types = [ScalarType.Float32, ScalarType.Float64, ScalarType.BFloat16];

    [Fact]
    public void Ema_OfSeveralPrecisions_IsThatOfDoubles()
    {
        using var scope = NewDisposeScope();
        Tensor[] averages = [.. s_types.Select(t => randn(30).to(t)), tensor(3L)];
        Tensor[] sources = [.. s_types.Select(_ => randn(30)), tensor(9L)];
        var expected = averages
            .Zip(sources, (a, s) => (a.to(ScalarType.Float64) * 0.9) + (s.to(ScalarType.Float64) * 0.1))
            .ToList();
        Fused.Ema(averages, sources, 0.9);
        for (var i = 0; i < s_types.Length; i++)
        {
            averages[i].dtype.ShouldBe(s_types[i]);
            var bound = s_types[i] == ScalarType.BFloat16 ? 3e-2 : 1e-5;
            averages[i].to(ScalarType.Float64).allclose(expected[i], bound, bound).ShouldBeTrue();
        }
        averages[^1].item<long>().ShouldBe(9);
        Should.Throw<ArgumentException>(() => Fused.Ema(averages, [], 0.9)).Message.ShouldContain("4 averages and 0");
        Should.Throw<ArgumentOutOfRangeException>(() => Fused.Ema([], [], 2)).Message.ShouldContain("within 0 and 1");
    }

    [Fact]
    public void ClipGradNorm_OfSeveralPrecisions_IsThatOfDoubles()
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [.. s_types.Select(t => new Parameter(zeros(30, dtype: t))), new Parameter(zeros(2))];
        foreach (var parameter in parameters.Take(s_types.Length))
        {
            parameter.grad = randn(30).to(parameter.dtype);
        }
        var exact = parameters.Take(s_types.Length).Select(p => p.grad!.to(ScalarType.Float64, copy: true)).ToList();
        var norm = cat([.. exact]).norm().item<double>();
        var given = Fused.ClipGradNorm(parameters, 0.5);
        given.dtype.ShouldBe(ScalarType.Float32);
        given.item<float>().ShouldBe((float)norm, 1e-4f);
        for (var i = 0; i < exact.Count; i++)
        {
            parameters[i].grad!.to(ScalarType.Float64).allclose(exact[i] * (0.5 / norm), 1e-2, 1e-6).ShouldBeTrue();
        }
        Fused.ClipGradNorm([new Parameter(ones(3))], 1).item<float>().ShouldBe(0);
    }
}

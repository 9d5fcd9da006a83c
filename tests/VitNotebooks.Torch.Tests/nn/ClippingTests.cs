using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Acceleration;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VitNotebooks.Torch.Tests.nn_;

public sealed class ClippingTests
{
    private static Parameter[] WithGradients(ScalarType type, double size)
    {
        using var generator = new Generator(11);
        Parameter[] parameters =
        [
            new(zeros([30, 7], dtype: type)),
            new(zeros([50_000], dtype: type)),
            new(zeros([3], dtype: type)),
        ];
        foreach (var parameter in parameters[..2])
        {
            parameter.grad = randn(parameter.shape, dtype: type, generator: generator) * size;
        }
        return parameters;
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1.0)]
    [InlineData(ScalarType.Float32, 1e-5)]
    [InlineData(ScalarType.Float64, 1.0)]
    public void ClipGradNorm_FusedAndPlain_Agree(ScalarType type, double size)
    {
        using var scope = NewDisposeScope();
        var fused = WithGradients(type, size);
        var plain = WithGradients(type, size);
        var expected = nn.utils.clip_grad_norm_(plain, 2.5);
        var norm = Fused.ClipGradNorm(fused, 2.5);
        norm.to(ScalarType.Float64).ToDouble().ShouldBe(expected, 1e-6 * expected);
        for (var i = 0; i < 2; i++)
        {
            fused[i].grad!.allclose(plain[i].grad!, rtol: 1e-6, atol: 0).ShouldBeTrue();
        }
        fused[2].grad.ShouldBeNull();
    }

    [Fact]
    public void ClipGradNorm_NotANumber_ShowsInTheNorm()
    {
        using var scope = NewDisposeScope();
        var parameters = WithGradients(ScalarType.Float32, double.NaN);
        float.IsNaN(Fused.ClipGradNorm(parameters, 1).ToSingle()).ShouldBeTrue();
    }

    [Fact]
    public void ClipGradValue_ClampsEveryElement()
    {
        using var scope = NewDisposeScope();
        var parameters = WithGradients(ScalarType.Float32, 3);
        nn.utils.clip_grad_value_(parameters, 0.25);
        parameters[0].grad!.abs().max().ToSingle().ShouldBe(0.25f);
    }

    [Fact]
    public void ParametersToVector_AndBack_RestoresThem()
    {
        using var scope = NewDisposeScope();
        using var module = Linear(3, 2);
        var vector = nn.utils.parameters_to_vector(module.parameters());
        vector.shape.ShouldBe([8]);
        var copy = vector.detach().clone();
        init.zeros_(module.weight);
        nn.utils.vector_to_parameters(copy, module.parameters());
        nn.utils.parameters_to_vector(module.parameters()).Equals(copy).ShouldBeTrue();
        Should
            .Throw<ArgumentException>(() => nn.utils.vector_to_parameters(ones(9), module.parameters()))
            .Message.ShouldContain("9");
    }

    [Fact]
    public void Ema_FusedAndPlain_AgreeAndSayWhatDiffers()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var average = randn(40_000, generator: generator);
        var source = randn(40_000, generator: generator);
        var expected = average * 0.9 + source * 0.1;
        var whole = tensor(5L);
        Fused.Ema([average], [source], 0.9);
        average.allclose(expected, rtol: 1e-5, atol: 1e-6).ShouldBeTrue();
        Fused.Ema([average, whole], [source, tensor(9L)], 0.9);
        whole.ToInt64().ShouldBe(9);
        Should.Throw<ArgumentException>(() => Fused.Ema([average], [], 0.9)).Message.ShouldContain("1 averages and 0");
    }
}

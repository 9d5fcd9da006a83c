using Shouldly;
using TorchSharp;
using VitNotebooks.Layers;
using VitNotebooks.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Layers;

[Collection(Alone.Name)]
public sealed class TokenPerformerTests
{
    [Fact]
    public void Forward_WithoutDropout_IsTheKernelWrittenOut()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var layer = new TokenPerformer(27, 16, dropout: 0.1);
        layer.eval();
        var tokens = randn(2, 11, 27);
        Tensor Of(string name) => layer.get_parameter(name)!;

        var kqv = nn
            .functional.linear(nn.functional.layer_norm(tokens, [27]), Of("kqv.weight"), Of("kqv.bias"))
            .to(float64);
        var (keys, queries, values) = (kqv.narrow(2, 0, 16), kqv.narrow(2, 16, 16), kqv.narrow(2, 32, 16));
        Tensor Phi(Tensor x) =>
            (x.matmul(Of("w").to(float64).t()) - x.square().sum(-1, keepdim: true) / 2).exp() / Math.Sqrt(8);
        var kernel = Phi(queries).matmul(Phi(keys).transpose(1, 2)); // N x N, as the layer never makes it
        var mixed = kernel.matmul(values) / (kernel.sum(-1, keepdim: true) + 1e-8);
        var attended = values + nn.functional.linear(mixed, Of("proj.weight").to(float64), Of("proj.bias").to(float64));
        var hidden = nn.functional.linear(
            nn.functional.layer_norm(attended, [16]),
            Of("mlp.0.weight").to(float64),
            Of("mlp.0.bias").to(float64)
        );
        var expected =
            attended
            + nn.functional.linear(hidden.gelu(), Of("mlp.2.weight").to(float64), Of("mlp.2.bias").to(float64));

        layer.call(tokens).to(float64).allclose(expected, rtol: 1e-5, atol: 1e-6).ShouldBeTrue();
    }

    [Fact]
    public void Features_OfALayer_AreOrthogonalAndDoNotTrain()
    {
        using var scope = NewDisposeScope();
        using var layer = new TokenPerformer(27, 16, dropout: 0.1);
        var w = layer.get_parameter("w")!;
        w.requires_grad.ShouldBeFalse();
        w.matmul(w.t()).allclose(8 * eye(8), atol: 1e-5).ShouldBeTrue();
    }

    [Fact]
    public void Forward_InTraining_DropsNumbersOfBothBranches()
    {
        using var scope = NewDisposeScope();
        using var layer = new TokenPerformer(27, 16, dropout: 0.5);
        var tokens = randn(2, 11, 27);
        layer.call(tokens).Equals(layer.call(tokens)).ShouldBeFalse();
        using var inner = NewDisposeScope();
        layer.call(tokens);
        inner.DisposablesCount.ShouldBe(1);
    }
}

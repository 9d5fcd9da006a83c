using Shouldly;
using TorchSharp;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.utils;

namespace VitNotebooks.Torch.Tests.nn_;

/// <summary>A layer and the batch normalization after it give in evaluation what the fused layer gives alone.</summary>
[Collection(Alone.Name)]
public sealed class FusingTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FuseLinearBnEval_GivesWhatBothGive(bool bias)
    {
        using var scope = NewDisposeScope();
        using var linear = nn.Linear(5, 4, bias);
        using var norm = nn.BatchNorm1d(4);
        norm.call(linear.call(randn(32, 5)));
        linear.eval();
        norm.eval();
        using var fused = fuse_linear_bn_eval(linear, norm);
        var x = randn(3, 5);
        fused.call(x).allclose(norm.call(linear.call(x)), rtol: 1e-4, atol: 1e-5).ShouldBeTrue();
        fused.bias!.requires_grad.ShouldBe(bias);
    }

    [Fact]
    public void FuseConvBnWeights_GivesWhatBothGive()
    {
        using var scope = NewDisposeScope();
        using var conv = nn.Conv2d(2, 4, 3, bias: false);
        using var norm = nn.BatchNorm2d(4);
        norm.call(conv.call(randn(4, 2, 8, 8)));
        norm.eval();
        var (weight, bias) = fuse_conv_bn_weights(
            conv.weight,
            null,
            norm.running_mean!,
            norm.running_var!,
            norm.eps,
            norm.weight,
            norm.bias
        );
        var x = randn(1, 2, 8, 8);
        var expected = norm.call(conv.call(x));
        nn.functional.conv2d(x, weight, bias).allclose(expected, rtol: 1e-4, atol: 1e-5).ShouldBeTrue();
    }

    [Fact]
    public void FuseConvBnWeights_OfATransposedConvolution_GivesWhatBothGive()
    {
        using var scope = NewDisposeScope();
        using var conv = nn.ConvTranspose1d(2, 4, 3);
        using var norm = nn.BatchNorm1d(4);
        norm.call(conv.call(randn(4, 2, 8)));
        norm.eval();
        var (weight, bias) = fuse_conv_bn_weights(
            conv.weight,
            conv.bias,
            norm.running_mean!,
            norm.running_var!,
            norm.eps,
            null,
            null,
            transpose: true
        );
        var x = randn(1, 2, 8);
        var expected = norm.call(conv.call(x));
        nn.functional.conv_transpose1d(x, weight, bias).allclose(expected, rtol: 1e-4, atol: 1e-5).ShouldBeTrue();
    }

    [Fact]
    public void FuseLinearBnEval_InTraining_SaysToCallEval()
    {
        using var linear = nn.Linear(2, 2);
        using var norm = nn.BatchNorm1d(2);
        Should
            .Throw<InvalidOperationException>(() => fuse_linear_bn_eval(linear, norm))
            .Message.ShouldContain("eval()");
    }
}

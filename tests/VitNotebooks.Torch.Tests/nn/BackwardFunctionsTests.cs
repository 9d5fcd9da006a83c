using Shouldly;
using TorchSharp;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VitNotebooks.Torch.Tests.nn_;

/// <summary>The gradients that functional offers as functions are those that autograd computes.</summary>
[Collection(Alone.Name)]
public sealed class BackwardFunctionsTests
{
    private static void Check(long[] shape, Func<Tensor, Tensor> forward, Func<Tensor, Tensor, Tensor> backward)
    {
        using var scope = NewDisposeScope();
        var x = randn(shape).requires_grad_();
        var output = forward(x);
        var upstream = randn(output.shape);
        output.backward([upstream]);
        backward(upstream, x.detach()).allclose(x.grad!).ShouldBeTrue();
    }

    [Fact]
    public void AvgPool2d() =>
        Check(
            [2, 3, 7, 7],
            x => F.avg_pool2d(x, [3, 2], [2, 2], [1, 0], ceil_mode: true, divisor_override: 5),
            (g, x) => F.avg_pool2d_backward(g, x, [3, 2], [2, 2], [1, 0], ceil_mode: true, divisor_override: 5)
        );

    [Fact]
    public void AvgPool3d() =>
        Check([1, 2, 4, 4, 5], x => F.avg_pool3d(x, [2, 2, 2]), (g, x) => F.avg_pool3d_backward(g, x, [2, 2, 2]));

    [Fact]
    public void AdaptiveAvgPool3d() =>
        Check(
            [1, 2, 4, 4, 5],
            x => F.adaptive_avg_pool3d(x, [3, 2, 2]),
            (g, x) => F.adaptive_avg_pool3d_backward(empty_like(x), g, x)
        );

    [Fact]
    public void UpsampleNearest1d() =>
        Check(
            [2, 3, 5],
            x => F.upsample_nearest1d(x, null, 1.7),
            (g, x) => F.upsample_nearest1d_backward(g, null, 5, 1.7)
        );

    [Fact]
    public void UpsampleNearest2d() =>
        Check(
            [2, 3, 5, 4],
            x => F.upsample_nearest2d(x, [7, 9]),
            (g, x) => F.upsample_nearest2d_backward(g, x.shape, [7, 9])
        );

    [Fact]
    public void UpsampleNearest3d() =>
        Check(
            [1, 2, 3, 4, 2],
            x => F.upsample_nearest3d(x, scaleFactors: [1.5, 2, 3]),
            (g, x) => F.upsample_nearest3d_backward(g, x.shape, scaleFactors: [1.5, 2, 3])
        );
}

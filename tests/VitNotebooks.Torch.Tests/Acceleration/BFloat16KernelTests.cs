using Shouldly;
using TorchSharp;
using VitNotebooks.Acceleration;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VitNotebooks.Torch.Tests.Acceleration;

/// <summary>Our bfloat16 kernels equal float32's results of the same inputs, rounded: values and gradients.</summary>
public sealed class BFloat16KernelTests
{
    // One unit of bfloat16's last place.
    private const double Unit = 1.0 / 128;

    private static readonly Dictionary<string, (long[] Shape, Func<Tensor, Tensor?, Tensor?, Tensor> Run)> s_cases =
        new()
        {
            ["layer_norm"] = ([5, 7, 96], (x, w, b) => F.layer_norm(x, [96], w, b)),
            ["layer_norm of an odd width"] = ([130, 33], (x, w, b) => F.layer_norm(x, [33], w, b)),
            ["layer_norm without parameters"] = ([9, 40], (x, _, _) => F.layer_norm(x, [40])),
            ["layer_norm of two dimensions"] = ([4, 3, 5], (x, w, b) => F.layer_norm(x, [3, 5], w, b)),
            ["layer_norm transposed"] = ([6, 96, 4], (x, w, b) => F.layer_norm(x.transpose(1, 2), [96], w, b)),
        };

    public static TheoryData<string> Cases => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Kernel_ValuesAndGradients_AreFloat32sRounded(string name)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5, CPU);
        var (shape, run) = s_cases[name];
        long[] normalized = name.EndsWith("two dimensions", StringComparison.Ordinal)
            ? [3, 5]
            : [name.EndsWith("transposed", StringComparison.Ordinal) ? shape[1] : shape[^1]];
        var x = (randn(shape, generator: generator) * 3).to(ScalarType.BFloat16);
        var w = randn(normalized, generator: generator);
        var b = randn(normalized, generator: generator);
        Tensor[] Run(bool half)
        {
            var input = (half ? x.clone() : x.to(ScalarType.Float32)).requires_grad_();
            var (weight, bias) = (w.clone().requires_grad_(), b.clone().requires_grad_());
            using var on = half ? Autocast.On(DeviceType.CPU) : null;
            var result = run(input, weight, bias);
            result.dtype.ShouldBe(half ? ScalarType.BFloat16 : ScalarType.Float32);
            using var again = new Generator(6, CPU);
            var grad = randn(result.shape, generator: again).to(ScalarType.BFloat16);
            result.backward([grad.to(result.dtype)]);
            return
            [
                .. new[] { result, input.grad, weight.grad, bias.grad }
                    .Where(t => t is not null)
                    .Select(t => t!.detach().to(ScalarType.Float32)),
            ];
        }
        var ours =
            !name.EndsWith("first", StringComparison.Ordinal) && !name.EndsWith("strided", StringComparison.Ordinal);
        var expected = Run(half: false);
        var actual = Run(half: true);
        actual.Length.ShouldBe(expected.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var error = (actual[i] - expected[i]).abs();
            (error.norm() / expected[i].norm()).item<float>().ShouldBeLessThan((float)Unit, $"tensor {i}");
            if (i == 0 && ours)
            {
                // Each value within a unit of its own, or of a hundredth of the largest where terms cancel.
                var allowed = expected[i].abs().clamp(min: 0.01f * expected[i].abs().max().item<float>()) * Unit;
                (error / allowed).max().item<float>().ShouldBeLessThan(1);
            }
        }
    }

    [Theory]
    [InlineData("layer_norm")]
    public void Kernel_GradientOfTheGradient_IsFloat32sRounded(string name)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(9, CPU);
        var x = randn([4, 24], generator: generator).to(ScalarType.BFloat16);
        var w = randn([24], generator: generator);
        Tensor Second(bool ours)
        {
            var input = (ours ? x.clone() : x.to(ScalarType.Float32)).requires_grad_();
            Tensor y;
            using (ours ? Autocast.On(DeviceType.CPU) : null)
            {
                y = name switch
                {
                    "layer_norm" => F.layer_norm(input, [24], w),
                    "softmax" => F.softmax(input, -1),
                    _ => F.gelu(input),
                };
            }
            var first = autograd.grad(
                [y.to(ScalarType.Float32).pow(2).sum()],
                [input],
                retain_graph: true,
                create_graph: true
            )[0];
            return autograd.grad([first.to(ScalarType.Float32).pow(2).sum()], [input])[0].to(ScalarType.Float32);
        }
        var expected = Second(ours: false);
        ((Second(ours: true) - expected).norm() / expected.norm()).item<float>().ShouldBeLessThan(0.03f);
    }

    [Fact]
    public void Kernel_NothingToDo_GivesNothing()
    {
        using var scope = NewDisposeScope();
        using var _ = Autocast.On(DeviceType.CPU);
        var empty = zeros([0, 8], dtype: ScalarType.BFloat16);
        F.layer_norm(empty, [8], ones(8), zeros(8)).shape.ShouldBe([0, 8]);
    }
}

using Shouldly;
using TorchSharp;
using VitNotebooks.Acceleration;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VitNotebooks.Torch.Tests.Acceleration;

/// <summary>scaled_dot_product_attention equals its formula in float64: values and gradients.</summary>
public sealed class AttentionTests
{
    private static Tensor Formula(Tensor q, Tensor k, Tensor v, Tensor? mask, bool causal)
    {
        var scores = q.matmul(k.transpose(-2, -1)) / Math.Sqrt(q.shape[^1]);
        if (causal)
        {
            mask = ones(q.shape[^2], k.shape[^2], dtype: ScalarType.Bool).tril();
        }
        if (mask is not null)
        {
            scores =
                mask.dtype == ScalarType.Bool
                    ? scores.masked_fill(mask.logical_not(), double.NegativeInfinity)
                    : scores + mask;
        }
        return scores.softmax(-1).matmul(v);
    }

    // libtorch 1.13 multiplies small products itself and leaves in them a NaN that was in the memory before.
    [Theory]
    [InlineData(6, 8)]
    [InlineData(7, 8)]
    [InlineData(2, 3)]
    [InlineData(20, 16)]
    public void Attention_InMemoryThatHeldNaN_IsFinite(long tokens, long width)
    {
        for (var round = 0; round < 50; round++)
        {
            using var scope = NewDisposeScope();
            using (NewDisposeScope())
            {
                for (var i = 0; i < 200; i++)
                {
                    full([1 + (i * 37 % 3000)], float.NaN);
                }
            }
            var (q, k, v) = (randn(8, 2, tokens, width), randn(8, 2, tokens, width), randn(8, 2, tokens, width));
            F.scaled_dot_product_attention(q, k, v).isfinite().all().ToBoolean().ShouldBeTrue();
        }
    }

    public static TheoryData<string> Cases =>
        [
            "plain",
            "two dimensions",
            "four",
            "causal",
            "forbidden",
            "added",
            "added per head",
            "broadcast keys",
            "other width",
        ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Attention_ValuesAndGradients_EqualTheFormula(string name)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4, CPU);
        Tensor Random(params long[] shape) => randn(shape, ScalarType.Float64, generator: generator).requires_grad_();
        long[] batch = name switch
        {
            "two dimensions" => [],
            "plain" => [6],
            _ => [2, 3],
        };
        var q = Random([.. batch, 5, 8]);
        var k = Random([.. name == "broadcast keys" ? [2, 1] : batch, 7, 8]);
        var v = Random([.. name == "broadcast keys" ? [2, 1] : batch, 7, name == "other width" ? 4 : 8]);
        var mask = name switch
        {
            "forbidden" => ones(5, 7, dtype: ScalarType.Bool).triu(-1).tril(3),
            "added" => Random(5, 7),
            "added per head" => Random(2, 3, 5, 7),
            _ => null,
        };
        Tensor[] Run(Func<Tensor> attention)
        {
            var leaves = new[] { q, k, v, mask }.Where(t => t is { requires_grad: true }).Select(t => t!).ToList();
            foreach (var leaf in leaves)
            {
                leaf.grad = null;
            }
            var result = attention();
            (result * result).sum().backward();
            return [result.detach(), .. leaves.Select(l => l.grad!.clone())];
        }
        var expected = Run(() => Formula(q, k, v, mask, name == "causal"));
        var actual = Run(() => F.scaled_dot_product_attention(q, k, v, mask, is_casual: name == "causal"));
        for (var i = 0; i < expected.Length; i++)
        {
            actual[i].shape.ShouldBe(expected[i].shape);
            allclose(actual[i], expected[i], 1e-9, 1e-10).ShouldBeTrue($"tensor {i}");
        }
    }

    [Fact]
    public void Attention_UnderAutocast_IsShortAndNear()
    {
        using var scope = NewDisposeScope();
        var (q, k, v) = (randn(2, 3, 20, 16), randn(2, 3, 20, 16), randn(2, 3, 20, 16));
        var expected = F.scaled_dot_product_attention(q, k, v);
        using var _ = Autocast.On(DeviceType.CPU);
        var actual = F.scaled_dot_product_attention(q, k, v);
        actual.dtype.ShouldBe(ScalarType.BFloat16);
        ((actual.to(ScalarType.Float32) - expected).norm() / expected.norm())
            .item<float>()
            .ShouldBeInRange(1e-5f, 0.02f);
    }

    [Fact]
    public void Attention_EverythingDropped_IsZero()
    {
        using var scope = NewDisposeScope();
        var x = randn(2, 4, 8);
        F.scaled_dot_product_attention(x, x, x, p: 1).abs().max().item<float>().ShouldBe(0);
    }

    [Fact]
    public void Attention_ShapesThatDoNotFit_AreNamed()
    {
        using var scope = NewDisposeScope();
        var x = randn(2, 4, 8);
        Should
            .Throw<TorchException>(() => F.scaled_dot_product_attention(x, randn(2, 4, 6), x))
            .Message.ShouldContain("6");
        Should
            .Throw<TorchException>(() => F.scaled_dot_product_attention(x, x, randn(2, 3, 8)))
            .Message.ShouldContain("3 values");
        Should.Throw<ArgumentException>(() => F.scaled_dot_product_attention(x, x, x, ones(4, 4), is_casual: true));
        var disposed = randn(2, 4, 8);
        disposed.Dispose();
        Should.Throw<ObjectDisposedException>(() => F.scaled_dot_product_attention(x, disposed, x));
    }

    [Fact]
    public void MultiheadAttention_WithoutWeights_EqualsWithThem()
    {
        using var scope = NewDisposeScope();
        using var attention = nn.MultiheadAttention(8, 2);
        var x = randn(5, 3, 8);
        var (with, weights) = attention.call(x, x, x);
        var (without, none) = attention.call(x, x, x, null, need_weights: false, null);
        weights.ShouldNotBeNull();
        none.ShouldBeNull();
        allclose(with, without, 1e-5, 1e-6).ShouldBeTrue();
    }
}

using Shouldly;
using TorchSharp;
using VitNotebooks.Layers;
using VitNotebooks.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Layers;

/// <summary>The attention that a layer shows is the one that it mixes its values with.</summary>
[Collection(Alone.Name)]
public sealed class AttentionWeightsTests
{
    private const int Width = 24;
    private const int Heads = 3;

    [Fact]
    public void ForwardWithAttention_SelfAttention_GivesTheWeightsOfItsOutput()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var layer = new SelfAttention(Width, Heads, qkvBias: true);
        var tokens = randn(4, 9, Width);
        var (output, weights) = layer.forward_with_attention(tokens);
        weights.shape.ShouldBe([4, Heads, 9, 9]);
        output
            .allclose(layer.call(tokens), 1e-5, 1e-6)
            .ShouldBeTrue("libtorch 2.x has one fused kernel for what is written out here");
        output.allclose(Mix(layer, tokens, weights), atol: 1e-6).ShouldBeTrue();
    }

    [Fact]
    public void ForwardWithAttention_WindowAttentionWithMask_GivesTheWeightsOfItsOutput()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var layer = new WindowAttention(Width, windowSide: 3, Heads, qkvBias: true);
        var tokens = randn(4, 9, Width); // two images of two windows
        var mask = zeros(2, 9, 9);
        mask[1, TensorIndex.Colon, 4] = -100;
        var (output, weights) = layer.forward_with_attention(tokens, mask, images: 2);
        weights.shape.ShouldBe([2, 2, Heads, 9, 9]);
        output.Equals(layer.call(tokens, mask)).ShouldBeTrue();
        output.allclose(Mix(layer, tokens, weights), atol: 1e-6).ShouldBeTrue();
        var cell = weights.select(4, 4);
        cell.select(1, 1).max().ToSingle().ShouldBe(0, 1e-20f);
        cell.select(1, 0).min().ToSingle().ShouldBeGreaterThan(0.01f);
    }

    [Fact]
    public void ForwardWithAttention_AttentionPool_GivesTheWeightsOfItsQuery()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var layer = new AttentionPool(Width, Heads, hiddenDim: 2 * Width);
        var tokens = randn(4, 9, Width);
        var (output, weights) = layer.forward_with_attention(tokens);
        output.allclose(layer.call(tokens), 1e-5, 1e-6).ShouldBeTrue();
        Tensor Of(string name) => layer.get_parameter(name)!;
        var query = nn.functional.linear(Of("latent"), Of("q.weight"), Of("q.bias")).view(1, Heads, 1, -1);
        var keys = nn
            .functional.linear(tokens, Of("kv.weight").narrow(0, 0, Width), Of("kv.bias").narrow(0, 0, Width))
            .view(4, 9, Heads, -1)
            .permute(0, 2, 3, 1);
        var expected = (query.matmul(keys) / Math.Sqrt(Width / Heads)).softmax(-1);
        weights.shape.ShouldBe([4, Heads, 1, 9]);
        weights.allclose(expected, 1e-5, 1e-6).ShouldBeTrue();
    }

    // Values and projection by hand, from the layer's parameters.
    private static Tensor Mix(nn.Module layer, Tensor tokens, Tensor weights)
    {
        Tensor Of(string name) => layer.get_parameter(name)!;
        var values = nn.functional.linear(
            tokens,
            Of("qkv.weight").narrow(0, 2 * Width, Width),
            Of("qkv.bias").narrow(0, 2 * Width, Width)
        );
        var perHead = values.view(4, 9, Heads, Width / Heads).transpose(1, 2);
        var mixed = weights.view(4, Heads, 9, 9).matmul(perHead).transpose(1, 2).reshape(4, 9, Width);
        return nn.functional.linear(mixed, Of("proj.weight"), Of("proj.bias"));
    }
}

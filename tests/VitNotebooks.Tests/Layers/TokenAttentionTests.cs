using Shouldly;
using TorchSharp;
using VitNotebooks.Layers;
using VitNotebooks.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Layers;

[Collection(Alone.Name)]
public sealed class TokenAttentionTests
{
    [Fact]
    public void Forward_Tokens_IsScaledByTheWidthThatComesIn()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var layer = new TokenAttention(27, 16);
        var tokens = randn(2, 11, 27);
        var qkv = nn.functional.linear(tokens, layer.get_parameter("qkv.weight")!);
        var (queries, keys, values) = (qkv.narrow(2, 0, 16), qkv.narrow(2, 16, 16), qkv.narrow(2, 32, 16));
        var weights = (queries.matmul(keys.transpose(1, 2)) / Math.Sqrt(27)).softmax(-1);
        var expected =
            values
            + nn.functional.linear(
                weights.matmul(values),
                layer.get_parameter("proj.weight")!,
                layer.get_parameter("proj.bias")!
            );
        layer.call(tokens).allclose(expected, rtol: 1e-5, atol: 1e-6).ShouldBeTrue();
        var (output, shown) = layer.forward_with_attention(tokens);
        output.allclose(expected, rtol: 1e-5, atol: 1e-6).ShouldBeTrue();
        shown.shape.ShouldBe([2, 1, 11, 11]);
        shown.squeeze(1).allclose(weights, rtol: 1e-5, atol: 1e-6).ShouldBeTrue();
    }
}

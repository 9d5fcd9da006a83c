using Shouldly;
using TorchSharp;
using VitNotebooks.Acceleration;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VitNotebooks.Torch.Tests.Acceleration;

/// <summary>The order of channels in memory changes no value, and operations keep it.</summary>
public sealed class ChannelsLastTests
{
    [Fact]
    public void Of_Images_MovesMemoryAndNoValue()
    {
        using var scope = NewDisposeScope();
        var x = randn(2, 3, 4, 5);
        ChannelsLast.Is(x).ShouldBeFalse();
        var y = ChannelsLast.Of(x);
        ChannelsLast.Is(y).ShouldBeTrue();
        y.stride().ShouldBe([60, 1, 15, 3]);
        y.is_contiguous().ShouldBeFalse();
        y.Equals(x).ShouldBeTrue();
        ReferenceEquals(ChannelsLast.Of(y), y).ShouldBeTrue();
        ChannelsLast.Is(ChannelsLast.Undo(y)).ShouldBeFalse();
        ChannelsLast.Is(randn(2, 1, 4, 5)).ShouldBeTrue(); // one channel: both orders are the same
        Should.Throw<ArgumentException>(() => ChannelsLast.Of(randn(2, 3, 4))).Message.ShouldContain("[2, 3, 4]");
    }

    [Fact]
    public void Of_ConversionsAndClones_KeepIt()
    {
        using var scope = NewDisposeScope();
        var x = ChannelsLast.Of(randn(2, 3, 4, 5));
        ChannelsLast.Is(x.to(ScalarType.BFloat16)).ShouldBeTrue();
        ChannelsLast.Is(x.to(ScalarType.Float64).to(ScalarType.Float32)).ShouldBeTrue();
        ChannelsLast.Is(x.clone()).ShouldBeTrue();
        ChannelsLast.Is(x.relu() + 1).ShouldBeTrue();
        ChannelsLast.Is(empty_like(x)).ShouldBeTrue();
    }

    [Fact]
    public void Apply_ResidualNetwork_GivesEqualValuesAndGradients()
    {
        using var scope = NewDisposeScope();
        using var stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding: 1), nn.BatchNorm2d(8), nn.ReLU());
        using var block = nn.Sequential(nn.Conv2d(8, 8, 3, padding: 1), nn.BatchNorm2d(8));
        using var head = nn.Linear(8, 4);
        var x = randn(2, 3, 12, 12);
        (Tensor Map, Tensor Logits, Tensor Gradient) Run(Tensor input)
        {
            stem.zero_grad();
            var map = stem.call(input);
            map = F.relu(map + block.call(map));
            var logits = head.call(F.adaptive_avg_pool2d(map, [1, 1]).flatten(1));
            logits.pow(2).sum().backward();
            return (map, logits, stem.parameters().First().grad!.clone());
        }
        var plain = Run(x);
        ChannelsLast.Is(plain.Map).ShouldBeFalse();
        ReferenceEquals(ChannelsLast.Apply(stem), stem).ShouldBeTrue();
        ChannelsLast.Apply(block);
        ChannelsLast.Is(stem.parameters().First()).ShouldBeTrue();
        ChannelsLast.Is(stem.parameters().First().grad!).ShouldBeTrue();
        var last = Run(ChannelsLast.Of(x));
        ChannelsLast.Is(last.Map).ShouldBeTrue();
        allclose(last.Logits, plain.Logits, 1e-4, 1e-5).ShouldBeTrue();
        allclose(last.Gradient, plain.Gradient, 1e-3, 1e-4).ShouldBeTrue();
    }
}

using Shouldly;
using TorchSharp;
using VitNotebooks.Acceleration;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests;

/// <summary>An accessor follows its tensor to other memory, and says so where it cannot.</summary>
public sealed class TensorAccessorTests
{
    [Fact]
    public void Elements_OfAWeightThatGoesToChannelsLast_AreTheSame()
    {
        using var scope = NewDisposeScope();
        using var convolution = nn.Conv2d(3, 4, 5);
        var elements = convolution.weight!.data<float>();
        var before = elements.ToArray();
        var (one, at) = (elements[2, 1, 4, 3], before[(((2 * 3) + 1) * 5 * 5) + (4 * 5) + 3]);
        ChannelsLast.Apply(convolution);
        using var filler = full(4, 3, 5, 5, 9f); // would get the memory that was freed
        elements[2, 1, 4, 3].ShouldBe(one);
        one.ShouldBe(at);
        elements.ToArray().ShouldBe(before);
        elements.ShouldBe(before);
        elements[2, 1, 4, 3] = 5;
        convolution.weight![2, 1, 4, 3].ToSingle().ShouldBe(5);
    }

    [Fact]
    public void Elements_OfAWeightThatGetsAnotherType_AreRefused()
    {
        using var linear = nn.Linear(3, 4);
        var elements = linear.weight!.data<float>();
        linear.to(float64);
        Should.Throw<ArgumentException>(() => elements[0, 0]).Message.ShouldContain("Float64");
        Should.Throw<ArgumentException>(() => elements.ToArray());
        Should.Throw<ArgumentException>(() => elements[0, 0] = 1);
    }

    [Fact]
    public void Elements_OfATensorThatIsTurnedInPlace_AreThoseOfTheNewShape()
    {
        using var scope = NewDisposeScope();
        var tensor = arange(6, dtype: float32).reshape(2, 3);
        var elements = tensor.data<float>();
        tensor.transpose_(0, 1);
        elements[2, 1].ShouldBe(5);
        elements.ToArray().ShouldBe([0, 3, 1, 4, 2, 5]);
        elements.CopyFrom([1, 2, 3, 4, 5, 6]);
        tensor.data<float>().ToArray().ShouldBe([1, 2, 3, 4, 5, 6]);
        Should.Throw<IndexOutOfRangeException>(() => elements[1, 2]);
    }

    [Fact]
    public void Elements_OfATensorThatIsSetToOtherMemory_AreThoseThere()
    {
        using var scope = NewDisposeScope();
        var tensor = zeros(4);
        var elements = tensor.data<float>();
        elements[3].ShouldBe(0);
        tensor.set_(full(1000, 1000, 2f));
        elements.Count.ShouldBe(1_000_000);
        elements[999, 999].ShouldBe(2);
        Should.Throw<IndexOutOfRangeException>(() => elements[3]);
    }
}

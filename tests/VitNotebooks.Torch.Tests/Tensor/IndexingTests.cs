using Shouldly;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests;

/// <summary>Beside the oracle's table: views, writes, masks of several axes, errors, and what is freed.</summary>
public sealed class IndexingTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Range_OfATensor_IsAView()
    {
        var x = torch.zeros(2, 3);

        x[.., 1..].fill_(1);

        x.sum().item<float>().ShouldBe(4);
    }

    [Fact]
    public void Assignment_OfARow_BroadcastsLeadingOnes()
    {
        var x = torch.zeros(2, 3);

        x[1] = torch.ones(1, 1, 3);

        x.data<float>().ToArray().ShouldBe([0f, 0, 0, 1, 1, 1]);
    }

    [Fact]
    public void Assignment_ThroughAMask_WritesTheChosen()
    {
        var x = torch.tensor(
            new float[,]
            {
                { -1, 2 },
                { 3, -4 },
            }
        );

        x[x < 0] = 0f;

        x.data<float>().ToArray().ShouldBe([0f, 2, 3, 0]);
    }

    [Fact]
    public void MaskOfTwoAxes_BeforeARange_TakesBoth()
    {
        var x = torch.arange(12).view(2, 2, 3);
        var mask = torch.tensor(
            new[,]
            {
                { true, false },
                { false, true },
            }
        );

        var chosen = x[TensorIndex.Tensor(mask), 1..];

        chosen.shape.ShouldBe([2L, 2]);
        chosen.data<long>().ToArray().ShouldBe([1L, 2, 10, 11]);
    }

    [Fact]
    public void Ellipsis_BetweenNumbers_KeepsTheMiddle()
    {
        var x = torch.arange(24).view(2, 3, 4);

        x[1, TensorIndex.Ellipsis, -1].data<long>().ToArray().ShouldBe([15L, 19, 23]);
        x[TensorIndex.Ellipsis].shape.ShouldBe([2L, 3, 4]);
        x[^1, ^2..].shape.ShouldBe([2L, 4]);
        x[TensorIndex.Bool(true)].shape.ShouldBe([1L, 2, 3, 4]);
    }

    [Fact]
    public void IndexPut_WithAccumulate_AddsWhereIndicesMeet()
    {
        var x = torch.zeros(3);

        x.index_put_(torch.ones(3), [torch.tensor(new long[] { 1, 1, 2 })], accumulate: true);
        x.index_put_(5, TensorIndex.Single(0));

        x.data<float>().ToArray().ShouldBe([5f, 2, 1]);
    }

    [Fact]
    public void Index_WithTooManyPlaces_SaysHowMany()
    {
        var x = torch.zeros(2, 3);

        Should
            .Throw<TorchIndexException>(() => x[.., 0, TensorIndex.Colon])
            .Message.ShouldBe("Too many indices: 3 places for a tensor of 2 dimensions.");
        Should.Throw<TorchException>(() => x[5]);
        Should.Throw<TorchIndexException>(() => x[TensorIndex.Ellipsis, TensorIndex.Ellipsis]);
    }

    [Fact]
    public void Indexing_WithSeveralPlaces_LeavesOneTensorBehind()
    {
        var x = torch.zeros(2, 3, 4);
        var value = torch.ones(3, 4);
        var before = _scope.DisposablesCount;

        _ = x[1, 2, 3];
        _ = x[1, .., 2..];
        x[0, 1] = x[1, 1];
        _ = x[TensorIndex.Bool(true), 1];
        x[TensorIndex.Bool(false)] = value;

        _scope.DisposablesCount.ShouldBe(before + 4);
    }
}

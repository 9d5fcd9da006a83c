using Shouldly;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests;

/// <summary>Code as TorchSharp's users write it must compile without casts and mean what it says.</summary>
public sealed class OperatorsTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Addition_OfNumbersOfEachKind_KeepsTheDtype()
    {
        var x = torch.tensor(new float[] { 1, 2 });

        (x + 1).dtype.ShouldBe(ScalarType.Float32);
        (1 + x + 1L + 1f + 1.0).data<float>().ToArray().ShouldBe([5f, 6f]);
        (x * 0.5f).data<float>().ToArray().ShouldBe([0.5f, 1f]);
        (1 - x).data<float>().ToArray().ShouldBe([0f, -1f]);
        (2 / x).data<float>().ToArray().ShouldBe([2f, 1f]);
        (-x % 2).data<float>().ToArray().ShouldBe([1f, 0f]);
    }

    [Fact]
    public void Division_OfWholeNumbers_IsTrueDivision()
    {
        var x = torch.tensor(new[] { 1, 2 });

        (x / 2).dtype.ShouldBe(ScalarType.Float32);
        (1 / x).data<float>().ToArray().ShouldBe([1f, 0.5f]);
        x.div(2, RoundingMode.floor).data<int>().ToArray().ShouldBe([0, 1]);
    }

    [Fact]
    public void Comparison_WithANumber_CountsElements()
    {
        var x = torch.tensor(
            new float[,]
            {
                { -1, 2 },
                { 3, -4 },
            }
        );

        (x > 0).sum().item<long>().ShouldBe(2);
        (x <= -1).sum().item<long>().ShouldBe(2);
        (0 < x).dtype.ShouldBe(ScalarType.Bool);
        (x == x.clone()).all().item<bool>().ShouldBeTrue();
        (x != 2).any().ToBoolean().ShouldBeTrue();
        (~(x > 0) | (x > 2)).sum().ToInt32().ShouldBe(3);
    }

    [Fact]
    public void Operators_OnSmallTensors_AllocateNothingButTheResult()
    {
        var x = torch.ones(4, 4);
        var y = torch.ones(4, 4);
        long perCall = 0;
        for (var round = 0; round < 3; round++)
        {
            using var scope = torch.NewDisposeScope();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                _ = x + y;
            }

            perCall = (GC.GetAllocatedBytesForCurrentThread() - before) / 1000;
        }

        // One wrapper: header, handle, guard, the thread that owns it and three links of the scope.
        perCall.ShouldBeLessThanOrEqualTo(72);
    }

    [Fact]
    public void Backward_OfAnExpression_GivesItsDerivative()
    {
        var x = torch.tensor(new float[] { 1, 2, 3 }, requires_grad: true);

        (2 * x * x + x / 4 - 1).sum().backward();

        x.grad!.data<float>().ToArray().ShouldBe([4.25f, 8.25f, 12.25f]);
    }
}

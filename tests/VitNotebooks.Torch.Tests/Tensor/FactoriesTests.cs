using Shouldly;
using TorchSharp;
using VitNotebooks.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests;

/// <summary>Every way to make a tensor: shapes, dtypes, flags, modes of recording.</summary>
[Collection(Alone.Name)]
public sealed class FactoriesTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Factories_ByEachFormOfSize_AgreeOnTheShape()
    {
        long[] size = [2, 3];

        foreach (var x in new[] { torch.zeros(2, 3), torch.ones(size), torch.rand([2, 3]), torch.randn(2L, 3L) })
        {
            x.shape.ShouldBe(size);
        }

        torch.full(2, 3, 7).sum().ToSingle().ShouldBe(42);
        torch.empty(1, 2, 3, 4, dtype: int8).dtype.ShouldBe(int8);
        torch.randint(5, 9, new long[] { 100 }).max().ToInt64().ShouldBeLessThan(9);
        torch.randint(3, (2, 3)).shape.ShouldBe(size);
        torch.randperm(5).sum().ToInt64().ShouldBe(10);
        torch.normal(10, 0.1, [100]).mean().ToSingle().ShouldBe(10, 0.2);
    }

    [Fact]
    public void Likes_OfATensor_TakeItsDtype()
    {
        var x = torch.ones(2, 3, dtype: float64);

        torch.zeros_like(x).dtype.ShouldBe(float64);
        x.rand_like(dtype: float32).dtype.ShouldBe(float32);
        x.new_full(2, 5).sum().item<double>().ShouldBe(10);
        x.new_zeros(2, 2, 2).shape.ShouldBe([2L, 2, 2]);
        torch.full_like(x, 2, requires_grad: true).requires_grad.ShouldBeTrue();
    }

    [Fact]
    public void RequiresGrad_OnWholeNumbers_IsRefused() =>
        Should.Throw<TorchException>(() => torch.zeros([2], int64, requires_grad: true));

    [Fact]
    public void NoGrad_Inside_RecordsNothing()
    {
        var x = torch.ones(2, requires_grad: true);

        using (torch.no_grad())
        {
            (x * 2).requires_grad.ShouldBeFalse();
            torch.is_grad_enabled().ShouldBeFalse();
            using (torch.enable_grad())
            {
                (x * 2).requires_grad.ShouldBeTrue();
            }
        }
        using (torch.inference_mode())
        {
            torch.is_inference_mode_enabled().ShouldBeTrue();
        }

        (x * 2).requires_grad.ShouldBeTrue();
    }

    [Fact]
    public void Generator_Given_DecidesTheNumbers()
    {
        using var one = new Generator(7);
        using var other = new Generator(7);

        torch.randn([5], generator: one).Equals(torch.randn([5], generator: other)).ShouldBeTrue();
        torch.zeros(3).uniform_(2, 3, one).min().ToSingle().ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public void Threads_Set_AreSaid()
    {
        var before = torch.get_num_threads();
        torch.set_num_threads(1);
        torch.get_num_threads().ShouldBe(1);
        torch.set_num_threads(before);
    }

    [Fact]
    public void Size_OfTuplesAndArrays_Compares()
    {
        Size size = (2, 3);

        size.ShouldBe(new Size([2L, 3]));
        (size + new Size(4)).ToString().ShouldBe("[2, 3, 4]");
        size.numel().ShouldBe(6);
        torch.broadcast_shapes([3, 1], [4]).ShouldBe(new Size((3, 4)));
        Should.Throw<ArgumentException>(() => torch.broadcast_shapes([3], [4])).Message.ShouldContain("[3] and [4]");
    }

    [Fact]
    public void Finfo_OfFloats_IsIeee()
    {
        torch.finfo(float32).eps.ShouldBe(1.1920928955078125e-07);
        torch.finfo(float16).max.ShouldBe(65504);
        torch.promote_types(int32, float16).ShouldBe(float16);
        torch.can_cast(float32, int32).ShouldBeFalse();
    }
}

using Shouldly;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace TorchSharp.Tests;

public class JacobianTests
{
    [Fact]
    public void Jacobian_OfALinearMap_IsItsMatrix()
    {
        using var scope = NewDisposeScope();
        var matrix = randn(3, 4, ScalarType.Float64);
        var jacobian = functional.jacobian(x => matrix.matmul(x), randn(4, ScalarType.Float64));
        jacobian.shape.ShouldBe([3, 4]);
        jacobian.allclose(matrix).ShouldBeTrue();
    }

    [Fact]
    public void Jacobian_OfSeveralOutputsAndInputs_ListsThoseOfTheFirstOutputFirst()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (randn(2, ScalarType.Float64), randn(2, 3, ScalarType.Float64));
        var all = functional.jacobian((Tensor[] x) => new[] { x[0] * 2, x[1].sum() * x[0].sum() }, a, b).ToArray();
        all.Select(j => string.Join(',', j.shape)).ShouldBe(["2,2", "2,2,3", "2", "2,3"]);
        all[0].allclose(eye(2, dtype: ScalarType.Float64) * 2).ShouldBeTrue();
        all[1].abs().max().item<double>().ShouldBe(0);
        all[2].allclose(b.sum().expand(2)).ShouldBeTrue();
        all[3].allclose(a.sum().expand(2, 3)).ShouldBeTrue();
    }
}

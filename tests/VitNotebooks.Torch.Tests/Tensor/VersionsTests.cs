using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;

namespace VitNotebooks.Torch.Tests;

/// <summary>What TorchSharp's callers ask about versions, builds and fields; and the small operations beside them.</summary>
public class VersionsTests
{
    [Theory]
    [InlineData("1.2", "1.2.0")]
    [InlineData("1.2.3.0", "1.2.3")]
    [InlineData("01.2.3.4-Beta.1+sha", "1.2.3.4-Beta.1")]
    public void NormalizeNuGetVersion_Valid_IsAsNuGetWritesIt(string version, string expected) =>
        torch.NormalizeNuGetVersion(version).ShouldBe(expected);

    [Theory]
    [InlineData(" ")]
    [InlineData("1")]
    [InlineData("1.x.3")]
    [InlineData("1.2.3.4.5")]
    public void NormalizeNuGetVersion_Invalid_IsRefused(string version) =>
        Should.Throw<ArgumentException>(() => torch.NormalizeNuGetVersion(version));

    [Fact]
    public void Lu_OfAMatrix_IsFactorsAndPivots()
    {
        using var scope = torch.NewDisposeScope();
        var matrix = torch.tensor(
            new double[,]
            {
                { 2, 1 },
                { 4, 5 },
            }
        );
        var (factors, pivots, infos) = torch.lu(matrix, get_infos: true);
        factors.data<double>().ToArray().ShouldBe([4, 5, 0.5, -1.5]);
        pivots.data<int>().ToArray().ShouldBe([2, 2]);
        infos.ToInt32().ShouldBe(0);
    }

    [Fact]
    public void IsNeg_OfAPlainTensor_IsFalse()
    {
        using var scope = torch.NewDisposeScope();
        torch.is_neg(torch.ones(2)).ToBoolean().ShouldBeFalse();
        _ = torch.compiled_with_cxx11_abi();
        torch.CheckForErrors();
    }

    [Fact]
    public void MinusMinusGreater_OfATensor_CallsTheModule()
    {
        using var scope = torch.NewDisposeScope();
        using var module = torch.nn.ReLU();
        torch.Tensor.op_MinusMinusGreater(torch.tensor(-3.0f), module).ToSingle().ShouldBe(0);
    }

    [Fact]
    public void ComponentName_WithAndWithoutAttribute_IsTheRegisteredName()
    {
        var fields = typeof(Named).GetFields();
        fields[0].ComponentName().ShouldBe("given");
        fields[1].ComponentName().ShouldBe("plain");
    }

    private sealed class Named
    {
        [TorchSharp.Utils.ComponentName(Name = "given")]
        public readonly Linear? own = null;

        public readonly Linear? plain = null;
    }
}

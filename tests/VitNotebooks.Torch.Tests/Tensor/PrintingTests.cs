using System.Globalization;
using Shouldly;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests;

/// <summary>What a tensor looks like in each of TorchSharp's styles.</summary>
public sealed class PrintingTests : IDisposable
{
    private static readonly float[] Numbers = [0, 3.141f, 6.2834f, 3.14152f, 6.28e-06f, -13.141529f, 0.01f, 4713.14f];

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    private static string Show(Tensor tensor, TensorStringStyle style) =>
        tensor.ToString(style, cultureInfo: CultureInfo.InvariantCulture, newLine: "\n");

    [Fact]
    public void ToString_WithoutStyle_ShowsMetadata()
    {
        torch.zeros(2, 3).ToString().ShouldBe("[2x3], type = Float32, device = cpu");
        torch.tensor(1L).metastr().ShouldBe("[], type = Int64, device = cpu");
    }

    [Fact]
    public void Julia_OfAMatrix_AlignsColumns() =>
        Show(torch.tensor(Numbers, [2, 4]), julia)
            .ShouldBe(
                "[2x4], type = Float32, device = cpu\n        0   3.141 6.2834 3.1415\n 6.28e-06 -13.142   0.01 4713.1\n"
            );

    [Fact]
    public void Julia_OfThreeDimensions_NamesTheSlices() =>
        Show(torch.arange(8).view(2, 2, 2), julia)
            .ShouldBe("[2x2x2], type = Int64, device = cpu\n[0,..,..] =\n 0 1\n 2 3\n\n[1,..,..] =\n 4 5\n 6 7\n");

    [Fact]
    public void Julia_OfAWideMatrix_KeepsToTheLine()
    {
        var lines = torch.ones(2, 1000).str(width: 40, newLine: "\n", style: julia).Split('\n');

        lines[1].Length.ShouldBeLessThanOrEqualTo(44);
        lines[1].ShouldEndWith("...");
    }

    [Fact]
    public void Numpy_OfLongAxes_ShowsTheirEnds()
    {
        Show(torch.zeros(4), numpy).ShouldBe("[0, 0, 0, 0]");
        Show(torch.zeros(0), numpy).ShouldBe("[]");
        Show(torch.arange(100), numpy).ShouldBe("[0, 1, 2, ... 97, 98, 99]");
        Show(torch.tensor(Numbers, [2, 4]), numpy)
            .ShouldBe("[[0, 3.141, 6.2834, 3.1415]\n [6.28e-06, -13.142, 0.01, 4713.1]]");
        Show(torch.arange(8).view(2, 2, 2), numpy).ShouldBe("[[[0, 1]\n  [2, 3]]\n\n [[4, 5]\n  [6, 7]]]");
        Show(torch.arange(20).view(10, 2), numpy)
            .ShouldBe("[[0, 1]\n [2, 3]\n [4, 5]\n ...\n [14, 15]\n [16, 17]\n [18, 19]]");
    }

    [Fact]
    public void CSharp_OfEachRank_IsAnArrayInitializer()
    {
        Show(torch.zeros(4), csharp).ShouldBe("[4], type = Float32, device = cpu, value = float [] {0f, 0f, 0f, 0f}");
        Show(torch.ones(2, 2, dtype: int32), csharp)
            .ShouldBe("[2x2], type = Int32, device = cpu, value = \nint [,] {\n {1, 1},\n {1, 1}\n}");
        Show(torch.zeros(2, 2, 2), csharp)
            .ShouldBe(
                "[2x2x2], type = Float32, device = cpu, value = \nfloat [,,] {\n {{0f, 0f},\n  {0f, 0f}},\n {{0f, 0f},\n  {0f, 0f}}\n}"
            );
    }

    [Fact]
    public void Scalars_OfEachKind_AreShownInline()
    {
        Show(torch.tensor(3.14f), julia).ShouldBe("[], type = Float32, device = cpu, value = 3.14");
        Show(torch.tensor((3.14f, -6.28f)), julia)
            .ShouldBe("[], type = ComplexFloat32, device = cpu, value = 3.14-6.28i");
        Show(torch.tensor((BFloat16)3.14f), numpy).ShouldBe("3.1406");
        Show(torch.tensor(true), csharp).ShouldBe("[], type = Bool, device = cpu, value = true");
    }

    [Fact]
    public void Meta_WithoutElements_ShowsMetadata() =>
        Show(torch.empty([2, 2], device: META), numpy).ShouldBe("[2x2], type = Float32, device = meta");

    [Fact]
    public void Printing_OfAnyTensor_LeavesNothingBehind()
    {
        var tensor = torch.randn(3, 3).requires_grad_();
        var before = _scope.DisposablesCount;

        _ = tensor.str() + tensor.npstr() + tensor.cstr();

        _scope.DisposablesCount.ShouldBe(before);
    }
}

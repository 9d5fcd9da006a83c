using System.Runtime.Intrinsics.X86;
using Shouldly;
using TorchSharp;
using TorchSharp.Native;
using VitNotebooks.Acceleration;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VitNotebooks.Torch.Tests.Acceleration;

/// <summary>Products and convolutions of bfloat16, whoever computes them here, are float32's of the same numbers, rounded.</summary>
[Collection(ProfilerCollection.Name)]
public sealed class BFloat16ProductsTests
{
    // One unit of bfloat16's last place.
    private const double Unit = 1.0 / 128;

    private static readonly Dictionary<string, (long[][] Shapes, Func<Tensor[], Tensor> Run)> s_cases = new()
    {
        ["mm"] = (
            [
                [70, 96],
                [96, 50],
            ],
            t => t[0].mm(t[1])
        ),
        ["mm of transposed matrices"] = (
            [
                [96, 70],
                [50, 96],
            ],
            t => t[0].t().mm(t[1].t())
        ),
        ["mm of every other row and column"] = (
            [
                [140, 96],
                [96, 100],
            ],
            t => t[0][TensorIndex.Slice(null, null, 2)].mm(t[1][TensorIndex.Ellipsis, TensorIndex.Slice(null, null, 2)])
        ),
        ["mm too small to be worth it"] = (
            [
                [3, 4],
                [4, 5],
            ],
            t => t[0].mm(t[1])
        ),
        ["mm of many rows, several blocks"] = (
            [
                [40_000, 64],
                [64, 48],
            ],
            t => t[0].mm(t[1])
        ),
        ["mm of many terms, several blocks"] = (
            [
                [24, 100_000],
                [100_000, 32],
            ],
            t => t[0].mm(t[1])
        ),
        ["addmm of a row"] = (
            [
                [50],
                [70, 96],
                [96, 50],
            ],
            t => addmm(t[0], t[1], t[2], beta: 0.5f, alpha: 2)
        ),
        ["addmm of a column"] = (
            [
                [70, 1],
                [70, 96],
                [96, 50],
            ],
            t => t[0].addmm(t[1], t[2], 1, 1)
        ),
        ["addmm of a matrix, several blocks"] = (
            [
                [40_000, 48],
                [40_000, 64],
                [64, 48],
            ],
            t => t[0].addmm(t[1], t[2], 1, 1)
        ),
        ["addmm of a row, several blocks"] = (
            [
                [48],
                [40_000, 64],
                [64, 48],
            ],
            t => t[0].addmm(t[1], t[2], 1, 1)
        ),
        ["linear"] = (
            [
                [4, 60, 96],
                [50, 96],
                [50],
            ],
            t => F.linear(t[0], t[1], t[2])
        ),
        ["linear without bias"] = (
            [
                [4, 60, 96],
                [50, 96],
            ],
            t => F.linear(t[0], t[1])
        ),
        ["matmul with heads"] = (
            [
                [2, 6, 40, 64],
                [2, 6, 64, 40],
            ],
            t => t[0].matmul(t[1])
        ),
        ["bmm of transposed batches"] = (
            [
                [12, 40, 64],
                [12, 40, 64],
            ],
            t => t[0].bmm(t[1].transpose(1, 2))
        ),
        ["bmm, several blocks"] = (
            [
                [300, 100, 64],
                [300, 64, 100],
            ],
            t => t[0].bmm(t[1])
        ),
        ["baddbmm"] = (
            [
                [12, 40, 1],
                [12, 40, 64],
                [12, 64, 40],
            ],
            t => t[0].baddbmm(t[1], t[2], beta: 0.5f, alpha: 2)
        ),
        ["attention"] = (
            [
                [2, 3, 50, 32],
                [2, 3, 50, 32],
                [2, 3, 50, 32],
            ],
            t => F.scaled_dot_product_attention(t[0], t[1], t[2])
        ),
        ["conv1d"] = (
            [
                [4, 16, 200],
                [32, 16, 3],
                [32],
            ],
            t => F.conv1d(t[0], t[1], t[2], padding: 1)
        ),
        ["conv2d"] = (
            [
                [2, 8, 20, 20],
                [12, 8, 3, 3],
                [12],
            ],
            t => F.conv2d(t[0], t[1], t[2], strides: [2, 2], padding: [1, 1])
        ),
        ["conv2d of groups"] = (
            [
                [4, 8, 40, 40],
                [12, 2, 3, 3],
            ],
            t => F.conv2d(t[0], t[1], groups: 4, padding: [1, 1])
        ),
        ["conv2d of each channel"] = (
            [
                [4, 16, 40, 40],
                [16, 1, 3, 3],
                [16],
            ],
            t => F.conv2d(t[0], t[1], t[2], groups: 16)
        ),
        ["conv3d"] = (
            [
                [2, 3, 12, 12, 12],
                [4, 3, 3, 3, 3],
                [4],
            ],
            t => F.conv3d(t[0], t[1], t[2])
        ),
        ["conv_transpose2d"] = (
            [
                [4, 8, 20, 20],
                [8, 6, 3, 3],
                [6],
            ],
            t => F.conv_transpose2d(t[0], t[1], t[2], strides: [2, 2])
        ),
    };

    public static TheoryData<string> Cases => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Product_ValuesAndGradients_AreFloat32sRounded(string name)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5, CPU);
        var (shapes, run) = s_cases[name];
        Tensor[] inputs = [.. shapes.Select(s => randn(s, generator: generator).to(ScalarType.BFloat16))];
        Tensor[] Run(ScalarType type)
        {
            Tensor[] given = [.. inputs.Select(t => t.clone().to(type).requires_grad_())];
            var result = run(given);
            result.dtype.ShouldBe(type);
            using var again = new Generator(6, CPU);
            result.backward([randn(result.shape, generator: again).to(ScalarType.BFloat16).to(type)]);
            return [result.detach().to(ScalarType.Float32), .. given.Select(t => t.grad!.to(ScalarType.Float32))];
        }
        var expected = Run(ScalarType.Float32);
        var actual = Run(ScalarType.BFloat16);
        for (var i = 0; i < expected.Length; i++)
        {
            actual[i].shape.ShouldBe(expected[i].shape);
            var error = (actual[i] - expected[i]).norm() / expected[i].norm();
            error
                .item<float>()
                .ShouldBeLessThan(
                    (float)(name is "attention" or "mm too small to be worth it" ? 2 * Unit : Unit / 2),
                    $"tensor {i}"
                );
        }
    }

    [Fact]
    public void Product_NothingAdded_DoesNotReadWhatIsThere()
    {
        using var scope = NewDisposeScope();
        var unread = full([40, 40], float.NaN, dtype: ScalarType.BFloat16);
        var (a, b) = (ones([40, 64], dtype: ScalarType.BFloat16), ones([64, 40], dtype: ScalarType.BFloat16));
        unread.addmm(a, b, 0, 1).eq(64).all().item<bool>().ShouldBeTrue();
        var batched = unread.unsqueeze(0).baddbmm(a.unsqueeze(0), b.unsqueeze(0), 0, 1);
        batched.eq(64).all().item<bool>().ShouldBeTrue();
    }

    [Fact]
    public void Product_Empty_IsEmptyOrZero()
    {
        using var scope = NewDisposeScope();
        var none = zeros([0, 64], dtype: ScalarType.BFloat16);
        none.mm(ones([64, 40], dtype: ScalarType.BFloat16)).shape.ShouldBe([0, 40]);
        var zero = ones([40, 0], dtype: ScalarType.BFloat16).mm(ones([0, 40], dtype: ScalarType.BFloat16));
        zero.eq(0).all().item<bool>().ShouldBeTrue();
    }

    [Fact]
    public void Product_WhatDoesNotFit_IsRefusedAsEver()
    {
        using var scope = NewDisposeScope();
        var a = ones([40, 64], dtype: ScalarType.BFloat16);
        Should
            .Throw<Exception>(() => a.mm(ones([63, 40], dtype: ScalarType.BFloat16)))
            .Message.ShouldContain("40x64 and 63x40");
        Should.Throw<Exception>(() => a.mm(ones([64, 40])));
        Should.Throw<Exception>(() =>
            ones([39], dtype: ScalarType.BFloat16).addmm(a, ones([64, 40], dtype: ScalarType.BFloat16), 1, 1)
        );
        Should
            .Throw<Exception>(() =>
                F.conv2d(ones([1, 3, 8, 8], dtype: ScalarType.BFloat16), ones([4, 2, 3, 3], dtype: ScalarType.BFloat16))
            )
            .Message.ShouldContain("channels");
    }

    [Fact]
    public void Product_WhereNothingKnowsBFloat16_MultipliesInFloat32()
    {
        var knows = Avx512BW.VL.IsSupported || !Libtorch.Instance.Image.Imports("sgemm_");
        (Autocast.ProductsRefusal is null).ShouldBe(X86Base.IsSupported && !knows, Autocast.ProductsRefusal);
        using var scope = NewDisposeScope();
        var a = ones([64, 64], dtype: ScalarType.BFloat16);
        using var profile = Profiler.Start(allThreads: false);
        _ = a.mm(a);
        _ = a.mm(a).add(a).unsqueeze(0).bmm(a.unsqueeze(0));
        _ = F.conv2d(ones([2, 8, 64, 64], dtype: ScalarType.BFloat16), ones([8, 8, 3, 3], dtype: ScalarType.BFloat16));
        profile.Stop();
        // Two operands and the result, of each of the four.
        var casts = profile.Operations().Where(o => o.Name == "aten::_to_copy").Sum(o => o.Calls);
        casts.ShouldBe(Autocast.ProductsRefusal is null ? 12 : 0);
    }
}

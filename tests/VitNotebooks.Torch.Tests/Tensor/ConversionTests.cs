using System.Numerics;
using Shouldly;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests;

/// <summary>.NET values in and out, dtypes, and what refuses to be converted.</summary>
public sealed class ConversionTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Tensor_FromArraysOfEachType_HasItsDtype()
    {
        torch.tensor(new byte[] { 1 }).dtype.ShouldBe(uint8);
        torch.tensor(new sbyte[] { 1 }).dtype.ShouldBe(int8);
        torch.tensor(new short[] { 1 }).dtype.ShouldBe(int16);
        torch.tensor(new[] { 1 }).dtype.ShouldBe(int32);
        torch.tensor(new[] { 1L }).dtype.ShouldBe(int64);
        torch.tensor(new[] { (Half)1 }).dtype.ShouldBe(float16);
        torch.tensor(new[] { (BFloat16)1f }).dtype.ShouldBe(bfloat16);
        torch.tensor(new[] { 1f }).dtype.ShouldBe(float32);
        torch.tensor(new[] { 1.0 }).dtype.ShouldBe(float64);
        torch.tensor(new[] { true }).dtype.ShouldBe(ScalarType.Bool);
        torch.tensor(new[] { new Complex(1, 2) }).dtype.ShouldBe(complex128);
        torch.tensor(new[] { (1f, 2f) }).dtype.ShouldBe(complex64);
        torch.tensor(new List<float> { 1, 2, 3, 4 }, 2, 2).shape.ShouldBe([2L, 2]);
        torch.tensor(new[] { 1, 2 }, dtype: float32).data<float>().ToArray().ShouldBe([1f, 2]);
    }

    [Fact]
    public void Tensor_FromAMultidimensionalArray_KeepsItsRank()
    {
        var x = torch.tensor(
            new[,,]
            {
                {
                    { 1, 2 },
                    { 3, 4 },
                },
            }
        );

        x.shape.ShouldBe([1L, 2, 2]);
        x.data<int>().ToArray().ShouldBe([1, 2, 3, 4]);
        x.data<int>().ToNDArray().GetValue(0, 1, 0).ShouldBe(3);
    }

    [Fact]
    public void Tensor_FromAnArrayOfArrays_SaysWhatToDo() =>
        Should
            .Throw<ArgumentException>(() => torch.from_array(new[] { new[] { 1f }, new[] { 2f } }))
            .Message.ShouldContain("Single[,]");

    [Fact]
    public void Tensor_WithAShapeThatDoesNotFit_SaysBothNumbers() =>
        Should
            .Throw<ArgumentException>(() => torch.tensor(new[] { 1f, 2, 3 }, [2, 2]))
            .Message.ShouldBe("tensor: 3 elements do not fill a shape of [2, 2], which takes 4.");

    [Fact]
    public void Item_OfEachType_ReadsIt()
    {
        torch.tensor(2.5f).item<float>().ShouldBe(2.5f);
        torch.tensor(2.5).ToSingle().ShouldBe(2.5f);
        torch.tensor(7L).ToInt32().ShouldBe(7);
        ((int)torch.tensor(7.9f)).ShouldBe(7);
        torch.tensor(true).item<bool>().ShouldBeTrue();
        torch.tensor((Half)1.5).ToHalf().ShouldBe((Half)1.5);
        torch.tensor(new Complex(1, -2)).conj().item<Complex>().ShouldBe(new Complex(1, 2));
        torch.tensor(new Complex(1, 2)).conj().imag.ToDouble().ShouldBe(-2);
    }

    [Fact]
    public void Item_OfAnotherTypeOrSize_Throws()
    {
        Should.Throw<ArgumentException>(() => torch.tensor(1f).item<double>()).Message.ShouldContain("Float32");
        Should.Throw<ArgumentException>(() => torch.zeros(2).item<float>()).Message.ShouldContain("2 elements");
        Should.Throw<ArgumentException>(() => torch.zeros(2).data<int>());
    }

    [Fact]
    public void Data_OfATransposedTensor_GoesInItsOrder()
    {
        var x = torch
            .tensor(
                new[,]
                {
                    { 1, 2, 3 },
                    { 4, 5, 6 },
                }
            )
            .t();
        var data = x.data<int>();

        data.ToArray().ShouldBe([1, 4, 2, 5, 3, 6]);
        data[2, 1].ShouldBe(6);
        data[2, 1] = 60;
        x[2, 1].item<int>().ShouldBe(60);
        data.Sum().ShouldBe(75);
    }

    [Fact]
    public void To_WithNothingToDo_IsTheTensorItself()
    {
        var x = torch.zeros(2);

        x.to(float32).ShouldBeSameAs(x);
        x.cpu().ShouldBeSameAs(x);
        x.to("cpu").ShouldBeSameAs(x);
        x.to(float32, copy: true).ShouldNotBeSameAs(x);
        x.to(float64, CPU).dtype.ShouldBe(float64);
        x.to(torch.ones(1, dtype: int64)).dtype.ShouldBe(int64);
        x.@int().@double().half().type(FloatTensor).dtype.ShouldBe(float32);
        x.to(META).is_meta.ShouldBeTrue();
    }

    [Fact]
    public void Scalars_OfWholeNumbers_StayWhole()
    {
        Tensor one = 1;
        one.dtype.ShouldBe(int32);
        ((Scalar)3L).ToDouble().ShouldBe(3);
        torch.full([2], 3, dtype: int64).sum().ToInt64().ShouldBe(6);
        torch.ones(2, dtype: int32).mul(2).dtype.ShouldBe(int32);
        (torch.ones(2, dtype: int32) * (Scalar)0.5f).dtype.ShouldBe(float32);
    }

    [Fact]
    public void Device_FromText_IsReadAndChecked()
    {
        new Device("cuda:1").ShouldBe(new Device(DeviceType.CUDA, 1));
        new Device("meta").ToString().ShouldBe("meta");
        torch.device("cpu").type.ShouldBe(DeviceType.CPU);
        Should.Throw<ArgumentException>(() => new Device("gpu")).Message.ShouldContain("\"gpu\" names no device");
        Should.Throw<ArgumentException>(() => new Device("cuda:x"));
    }

    [Fact]
    public void BFloat16_OfFloats_RoundsToEven()
    {
        ((BFloat16)1.00390625f).ToSingle().ShouldBe(1f);
        ((BFloat16)1.01171875f).ToSingle().ShouldBe(1.015625f);
        BFloat16.IsNaN((BFloat16)float.NaN).ShouldBeTrue();
    }

    [Fact]
    public void Save_AndLoad_KeepTypeShapeAndElements()
    {
        var x = torch.randn([2, 3], dtype: float64);
        using var stream = new MemoryStream();
        x.t().Save(stream);
        x.Save(stream);
        stream.Position = 0;

        Tensor.Load(stream).Equals(x.t()).ShouldBeTrue();
        var target = torch.zeros_like(x, requires_grad: true);
        target.Load(new BinaryReader(stream));
        target.Equals(x).ShouldBeTrue();
        stream.Position = 0;
        Should
            .Throw<InvalidDataException>(() => target.Load(new BinaryReader(stream)))
            .Message.ShouldContain("[3, 2] Float64 was saved");
    }
}

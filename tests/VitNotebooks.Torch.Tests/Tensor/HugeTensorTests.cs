using Shouldly;
using TorchSharp;
using VitNotebooks.Files;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests;

/// <summary>
/// Operations on tensors of more than 2^31 bytes and of more than 2^31 elements: no count, size or offset is kept in 32 bits.
/// Up to 10 GB of memory and a minute: <c>./test.sh --filter torch --on-demand</c>.
/// </summary>
[Trait("Category", "OnDemand")]
public sealed class HugeTensorTests : IDisposable
{
    private const long Past = (1L << 31) + 5; // elements, beyond what an int counts
    private const long Last = Past - 1;
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    // Zeros, and a 7 at the very end.
    private static Tensor Bytes()
    {
        var tensor = zeros(Past, dtype: uint8);
        tensor[Last] = tensor_of(7);
        return tensor;
    }

    private static Tensor tensor_of(byte value) => torch.tensor(value, dtype: uint8);

    [Fact]
    public void Fill_ReachesTheLastElement()
    {
        var x = empty(Past, dtype: uint8).fill_(3);
        x.numel().ShouldBe(Past);
        x[Last].item<byte>().ShouldBe((byte)3);
    }

    [Fact]
    public void Add_ReachesTheLastElement()
    {
        var x = Bytes();
        x.add(x)[Last].item<byte>().ShouldBe((byte)14);
    }

    [Fact]
    public void Sum_CountsBeyondAnInt() => ones(Past, dtype: uint8).sum().item<long>().ShouldBe(Past);

    [Fact]
    public void Argmax_GivesAnIndexBeyondAnInt() => Bytes().argmax().item<long>().ShouldBe(Last);

    [Fact]
    public void Nonzero_GivesAnIndexBeyondAnInt() => Bytes().nonzero().item<long>().ShouldBe(Last);

    [Fact]
    public void Index_TakesANumberBeyondAnInt() =>
        Bytes()[torch.tensor(new[] { 0L, Last })].data<byte>().ToArray().ShouldBe(new byte[] { 0, 7 });

    [Fact]
    public void Narrow_AtTheEnd_IsAViewWithALongOffset()
    {
        var view = Bytes().narrow(0, Last - 1, 2);
        view.storage_offset().ShouldBe(Last - 1);
        view.data<byte>().ToArray().ShouldBe(new byte[] { 0, 7 });
    }

    [Fact]
    public void Cat_MakesMoreThanAnIntCounts()
    {
        var half = Past / 2 + 1;
        var joined = cat([zeros(half, dtype: uint8), ones(half, dtype: uint8)]);
        joined.shape.ShouldBe([2 * half]);
        joined[half - 1].item<byte>().ShouldBe((byte)0);
        joined[2 * half - 1].item<byte>().ShouldBe((byte)1);
    }

    [Fact]
    public void MaskedFill_ReachesTheLastElement()
    {
        var x = Bytes();
        x.masked_fill_(x == 7, 9);
        x[Last].item<byte>().ShouldBe((byte)9);
        x[0].item<byte>().ShouldBe((byte)0);
    }

    [Fact]
    public void Copy_OfATransposedMatrix_KeepsEveryCorner()
    {
        const long rows = 3,
            columns = 1L << 30;
        var x = zeros(rows, columns, dtype: uint8);
        x[rows - 1, columns - 1] = tensor_of(5);
        x[0, columns - 1] = tensor_of(6);
        var copy = x.t().contiguous();
        copy[columns - 1, rows - 1].item<byte>().ShouldBe((byte)5);
        copy[columns - 1, 0].item<byte>().ShouldBe((byte)6);
        copy[0, 0].item<byte>().ShouldBe((byte)0);
        copy.max().item<byte>().ShouldBe((byte)6);
    }

    [Fact]
    public void Matmul_OfFloatsOver2To31Bytes_ReachesTheLastRow()
    {
        const long rows = (1L << 29) / 16 + 1; // 16 floats a row
        var x = zeros(rows, 16);
        x[rows - 1] = ones(16);
        var product = x.matmul(ones(16, 2));
        product.shape.ShouldBe([rows, 2]);
        product[rows - 1, 1].item<float>().ShouldBe(16);
        product.sum().item<float>().ShouldBe(32);
    }

    [Fact]
    public void Backward_ThroughOver2To31Bytes_GivesEveryElementItsGradient()
    {
        var x = zeros((1L << 29) + 3, requires_grad: true);
        x.mul(2).sum().backward();
        x.grad!.numel().ShouldBe((1L << 29) + 3);
        x.grad![^1].item<float>().ShouldBe(2);
        x.grad!.min().item<float>().ShouldBe(2);
    }

    [Fact]
    public void Safetensors_Over2To31Bytes_AreReadBackWhole()
    {
        var path = Path.Combine(Path.GetTempPath(), $"vitnb-huge-{Environment.ProcessId}.safetensors");
        try
        {
            Safetensors.Save(path, new Dictionary<string, Tensor> { ["x"] = Bytes(), ["y"] = ones(3) });
            var read = Safetensors.Load(path);
            read["x"].shape.ShouldBe([Past]);
            read["x"][Last].item<byte>().ShouldBe((byte)7);
            read["y"].sum().item<float>().ShouldBe(3);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Data_OfMoreThanASpanCounts_SaysSo()
    {
        var fault = Should.Throw<Exception>(() => Bytes().data<byte>().ToArray());
        fault.Message.ShouldNotBeNullOrWhiteSpace();
        (
            fault is OutOfMemoryException or OverflowException or ArgumentException or InvalidOperationException
        ).ShouldBeTrue(fault.GetType().Name);
    }
}

using Shouldly;
using TorchSharp;
using VitNotebooks.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests;

/// <summary>Lines from everyday TorchSharp code: which overload each one takes is settled here.</summary>
[Collection(Alone.Name)]
public sealed class EverydayTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Attention_ByHand_IsSoftmaxOfProducts()
    {
        var (q, k, v) = (torch.randn(2, 4, 8), torch.randn(2, 4, 8), torch.randn(2, 4, 8));

        var scores = torch.matmul(q, k.transpose(-2, -1)) / Math.Sqrt(q.size(-1));
        var mask = torch.ones(4, 4).tril();
        scores = scores.masked_fill(mask == 0, float.NegativeInfinity);
        var weights = scores.softmax(-1);
        var output = torch.einsum("bij,bjk->bik", weights, v);

        output.shape.ShouldBe([2L, 4, 8]);
        weights[0, 0].data<float>().ToArray().ShouldBe([1f, 0, 0, 0]);
        weights.sum(-1).allclose(torch.ones(2, 4)).ShouldBeTrue();
    }

    [Fact]
    public void Accuracy_OfLogits_CountsMatches()
    {
        var logits = torch.tensor(
            new float[,]
            {
                { 0, 1 },
                { 3, 2 },
                { 0, 5 },
            }
        );
        var labels = torch.tensor(new long[] { 1, 1, 1 });

        var correct = logits.argmax(1).eq(labels).sum().ToInt32();
        var (values, indices) = logits.max(1);

        correct.ShouldBe(2);
        values.sum().item<float>().ShouldBe(9);
        indices.dtype.ShouldBe(int64);
    }

    [Fact]
    public void Normalization_ByHand_HasMeanZeroAndDeviationOne()
    {
        var images = torch.rand(new long[] { 8, 3, 4, 4 });

        var mean = images.mean([0, 2, 3], keepdim: true);
        var std = images.std(new long[] { 0, 2, 3 }, unbiased: false, keepdim: true);
        var normal = (images - mean) / (std + 1e-8f);

        normal.mean().ToSingle().ShouldBe(0, 1e-5);
        normal.pow(2).mean().sqrt().ToDouble().ShouldBe(1, 1e-4);
    }

    [Fact]
    public void WindowPartition_OfAMap_ComesBackByItsReverse()
    {
        var (batch, height, width, channels, window) = (2, 8, 8, 3, 4);
        var map = torch.randn(batch, height, width, channels);

        var windows = map.view(batch, height / window, window, width / window, window, channels)
            .permute(0, 1, 3, 2, 4, 5)
            .contiguous()
            .view(-1, window * window, channels);
        var back = windows
            .view(batch, height / window, width / window, window, window, -1)
            .permute(0, 1, 3, 2, 4, 5)
            .reshape(batch, height, width, -1);
        var shifted = torch.roll(back, (-1, -1), (1, 2)).roll((1, 1), (1, 2));

        windows.shape.ShouldBe([8L, 16, 3]);
        shifted.Equals(map).ShouldBeTrue();
    }

    [Fact]
    public void GradientDescent_ByHand_FindsTheLine()
    {
        torch.manual_seed(1);
        var x = torch.linspace(-1, 1, 50).unsqueeze(1);
        var y = 3 * x + 0.5f;
        var w = torch.zeros(1, 1, requires_grad: true);
        var b = torch.zeros(1, requires_grad: true);

        for (var step = 0; step < 200; step++)
        {
            using var inner = NewDisposeScope();
            var loss = (x.mm(w) + b - y).pow(2).mean();
            loss.backward();
            using (torch.no_grad())
            {
                w.sub_(w.grad! * 0.3f);
                b.add_(b.grad!, alpha: -0.3);
                w.grad!.zero_();
                b.grad!.zero_();
            }
        }

        w.ToSingle().ShouldBe(3, 1e-3);
        ((float)b).ShouldBe(0.5f, 1e-3f);
    }

    [Fact]
    public void Lists_OfTensors_JoinInEachForm()
    {
        var list = new List<Tensor> { torch.ones(2), torch.zeros(2) };

        torch.cat(list, dim: 0).shape.ShouldBe([4L]);
        torch.cat(new[] { list[0], list[1] }).shape.ShouldBe([4L]);
        torch.stack(list.Select(t => t + 1), dim: 1).shape.ShouldBe([2L, 2]);
        torch.vstack([list[0], list[1]]).shape.ShouldBe([2L, 2]);
        torch.meshgrid(list, indexing: "ij")[0].shape.ShouldBe([2L, 2]);
        torch.where(list[0] > list[1])[0].NumberOfElements.ShouldBe(2);
    }

    [Fact]
    public void Buffer_OfAnArray_SharesItsMemory()
    {
        var array = new float[] { 1, 2, 3, 4 };

        var shared = torch.frombuffer(array, float32, offset: 4);
        shared.mul_(10);

        array.ShouldBe([1f, 20, 30, 40]);
        Should
            .Throw<ArgumentException>(() => torch.frombuffer(array, float32, count: 5))
            .Message.ShouldContain("do not fit into 16 bytes");
    }

    [Fact]
    public void Histogram_AndGradient_OfARamp_AreFlat()
    {
        var ramp = torch.arange(0.0, 8.0, 1.0);

        var (counts, edges) = torch.histogram(ramp, 4, (0, 8), out var same);
        counts.data<float>().ToArray().ShouldBe([2f, 2, 2, 2]);
        same.Item2.Equals(edges).ShouldBeTrue();
        torch.gradient(ramp, dim: 0).Single().data<float>().ToArray().ShouldAllBe(g => g == 1);
    }
}

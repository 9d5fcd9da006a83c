using Shouldly;
using TorchSharp;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VitNotebooks.Torch.Tests.nn_;

/// <summary>Arguments that no layer can be built from or called with come back as a sentence that names them.</summary>
[Collection(Alone.Name)]
public sealed class ArgumentsTests
{
    [Fact]
    public void FractionalMaxPool_NeitherOrBothOfSizeAndRatio_IsRefused()
    {
        Should.Throw<ArgumentException>(() => nn.FractionalMaxPool2d(2)).Message.ShouldContain("exactly one");
        Should.Throw<ArgumentException>(() => nn.FractionalMaxPool2d(2, 3, 0.5)).Message.ShouldContain("exactly one");
        Should.Throw<ArgumentOutOfRangeException>(() => nn.FractionalMaxPool3d(2, output_ratio: 1.5));
        Should.Throw<ArgumentException>(() => nn.FractionalMaxPool3d([2, 2], [1, 1])).Message.ShouldContain("3 values");
    }

    [Fact]
    public void MaxUnpool_SizeThatDoesNotPoolToTheInput_SaysTheRange()
    {
        using var scope = NewDisposeScope();
        var (maxima, indices) = F.max_pool2d_with_indices(ones(1, 1, 6, 6), [2, 2]);
        Should
            .Throw<ArgumentException>(() => nn.MaxUnpool2d(2).call(maxima, indices, [9, 6]))
            .Message.ShouldContain("above 4 and below 8");
    }

    [Fact]
    public void GaussianNll_NegativeOrMisshapenVariance_IsRefused()
    {
        using var scope = NewDisposeScope();
        var x = ones(3, 4);
        Should.Throw<ArgumentException>(() => F.gaussian_nll_loss(x, x, -x)).Message.ShouldContain("negative");
        Should.Throw<ArgumentException>(() => F.gaussian_nll_loss(x, x, ones(4))).Message.ShouldContain("[4]");
    }

    [Fact]
    public void EmbeddingBag_OffsetsOrWeightsThatDoNotFit_AreRefused()
    {
        using var scope = NewDisposeScope();
        using var bag = nn.EmbeddingBag(5, 2);
        var indices = tensor(new long[] { 0, 1 });
        Should.Throw<ArgumentException>(() => bag.call(indices)).Message.ShouldContain("without offsets");
        Should
            .Throw<ArgumentException>(() => bag.call(indices, tensor(new long[] { 0 }), ones(2)))
            .Message.ShouldContain("Sum");
        Should.Throw<ArgumentException>(() => nn.EmbeddingBag(5, 2, sparse: true, mode: EmbeddingBagMode.Max));
        Should.Throw<ArgumentOutOfRangeException>(() => nn.EmbeddingBag(5, 2, padding_index: 5));
    }

    [Fact]
    public void EmbeddingBag_FromPretrained_IsFrozen()
    {
        using var scope = NewDisposeScope();
        var table = arange(6f).reshape(3, 2);
        using var bag = nn.EmbeddingBag_from_pretrained(table, mode: EmbeddingBagMode.Sum);
        bag.weight.requires_grad.ShouldBeFalse();
        bag.call(tensor(new long[] { 0, 2 }).reshape(1, 2)).data<float>().ToArray().ShouldBe([4, 6]);
    }

    [Fact]
    public void Transformer_OtherBatchSizes_AreRefused()
    {
        using var scope = NewDisposeScope();
        using var model = nn.Transformer(4, 2, 1, 1, 8);
        Should
            .Throw<ArgumentException>(() => model.call(ones(3, 2, 4), ones(3, 1, 4)))
            .Message.ShouldContain("[3, 1, 4]");
        Should
            .Throw<ArgumentOutOfRangeException>(() => nn.Transformer(4, 2, 0, 1, 8))
            .Message.ShouldContain("at least one");
    }

    [Fact]
    public void CtcLoss_LabelsAndLengthsThatReadOutsideOfMemory_AreRefused()
    {
        using var scope = NewDisposeScope();
        var frames = F.log_softmax(randn(6, 2, 5), -1);
        Tensor Loss(long label, long length, long count) =>
            F.ctc_loss(
                frames,
                tensor(new long[] { 1, 2, label, 3, 1, -1 }).reshape(2, 3),
                tensor(new long[] { 6, length }),
                tensor(new long[] { 3, count })
            );
        Loss(4, 5, 2).ToSingle().ShouldBeGreaterThan(0);
        Should.Throw<ArgumentException>(() => Loss(2_000_000_000, 5, 2)).Message.ShouldContain("5 classes");
        Should.Throw<ArgumentException>(() => Loss(-7, 5, 2)).Message.ShouldContain("-7");
        Should.Throw<ArgumentException>(() => Loss(2, -5_000_000, 2)).Message.ShouldContain("-5000000");
        Should.Throw<ArgumentException>(() => Loss(2, 5, -3)).Message.ShouldContain("-3");
        Should.Throw<Exception>(() => Loss(2, 600_000_000, 2));
        Should.Throw<Exception>(() => Loss(2, 5, 300_000_000));
    }

    [Theory]
    [InlineData(400_000_000)]
    [InlineData(0)]
    [InlineData(-3)]
    public void PackPaddedSequence_LengthsOutsideOfTheInput_AreRefused(long length)
    {
        using var scope = NewDisposeScope();
        Should.Throw<ArgumentOutOfRangeException>(() =>
            nn.utils.rnn.pack_padded_sequence(ones(4, 1, 2), tensor(new[] { length }), enforce_sorted: false)
        );
    }

    [Fact]
    public void LocalResponseNormAndBilinear_WrongShapes_AreRefused()
    {
        using var scope = NewDisposeScope();
        Should.Throw<ArgumentException>(() => F.local_response_norm(ones(2, 3), 2)).Message.ShouldContain("[2, 3]");
        Should.Throw<ArgumentOutOfRangeException>(() => nn.Bilinear(0, 2, 3));
    }
}

using Shouldly;
using TorchSharp;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.utils;

namespace VitNotebooks.Torch.Tests.nn_;

[Collection(Alone.Name)]
public sealed class PackedSequenceTests
{
    private static rnn.PackedSequence Unsorted() =>
        rnn.pack_sequence([arange(3f), arange(10f, 15f), arange(20f, 21f)], enforce_sorted: false);

    [Fact]
    public void PackSequence_Unsorted_RemembersTheGivenOrder()
    {
        using var scope = NewDisposeScope();
        var packed = Unsorted();
        packed.batch_sizes.data<long>().ToArray().ShouldBe([3, 2, 2, 1, 1]);
        packed.sorted_indices!.data<long>().ToArray().ShouldBe([1, 0, 2]);
        packed.unsorted_indices!.data<long>().ToArray().ShouldBe([1, 0, 2]);
        packed.data.data<float>().ToArray().ShouldBe([10, 0, 20, 11, 1, 12, 2, 13, 14]);
        rnn.pack_sequence([ones(3), ones(2)]).sorted_indices.ShouldBeNull();
    }

    [Fact]
    public void Scopes_HoldFreeAndHandOnAllFourTensorsTogether()
    {
        rnn.PackedSequence freed;
        rnn.PackedSequence kept;
        rnn.PackedSequence taken;
        using (var outer = NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                freed = Unsorted();
                kept = Unsorted().MoveToOuterDisposeScope();
                taken = Unsorted().DetachFromDisposeScope();
                Unsorted().MoveToOtherDisposeScope(outer).data.IsInvalid.ShouldBeFalse();
            }
            freed.data.IsInvalid.ShouldBeTrue();
            freed.unsorted_indices!.IsInvalid.ShouldBeTrue();
            kept.batch_sizes.IsInvalid.ShouldBeFalse();
            outer.DisposablesCount.ShouldBe(2);
            outer.Contains(Unsorted().MoveToOtherDisposeScope(kept)).ShouldBeTrue();
        }
        kept.sorted_indices!.IsInvalid.ShouldBeTrue();
        taken.data.IsInvalid.ShouldBeFalse();
        taken.Dispose();
        taken.batch_sizes.IsInvalid.ShouldBeTrue();
    }

    [Fact]
    public void Call_OfLstm_LeavesTheInputToItsOwner()
    {
        using var scope = NewDisposeScope();
        using var lstm = nn.LSTM(1, 2);
        var packed = rnn.pack_sequence([ones(3, 1), ones(2, 1)]);
        var (output, _, _) = lstm.call(packed);
        output.Dispose();
        packed.batch_sizes.IsInvalid.ShouldBeFalse();
        lstm.call(packed).Item1.data.shape.ShouldBe([5, 2]);
    }

    [Fact]
    public void Gradients_FlowThroughPackingToEverySequence()
    {
        using var scope = NewDisposeScope();
        using var gru = nn.GRU(2, 3);
        var sequences = new[] { randn(3, 2), randn(5, 2) };
        foreach (var sequence in sequences)
        {
            sequence.requires_grad_();
        }
        var (output, _) = gru.call(rnn.pack_sequence(sequences, enforce_sorted: false));
        rnn.pad_packed_sequence(output).Item1.sum().backward();
        sequences.ShouldAllBe(s => s.grad!.abs().sum().ToSingle() > 0);
    }

    [Fact]
    public void PadPackedSequence_TotalLengthTooShort_SaysTheLongest()
    {
        using var scope = NewDisposeScope();
        Should
            .Throw<ArgumentOutOfRangeException>(() => rnn.pad_packed_sequence(Unsorted(), total_length: 4))
            .Message.ShouldContain("5 steps");
    }

    [Fact]
    public void PackPaddedSequence_LengthsThatDoNotFall_AreRefused()
    {
        using var scope = NewDisposeScope();
        Should.Throw<Exception>(() => rnn.pack_padded_sequence(ones(4, 2, 1), tensor(new long[] { 2, 4 })));
    }
}

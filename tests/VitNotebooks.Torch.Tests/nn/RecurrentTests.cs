using Shouldly;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.nn_;

public sealed class RecurrentTests
{
    [Fact]
    public void Rnn_WeightsByLayerAndDirection_AreTheNamedOnes()
    {
        using var rnn = nn.RNN(4, 3, 2, bidirectional: true);
        rnn.get_weight_ih(1).ShouldBeSameAs(rnn.get_parameter("weight_ih_l0_reverse"));
        rnn.get_weight_hh(2).ShouldBeSameAs(rnn.get_parameter("weight_hh_l1"));
        rnn.get_bias_ih(0).ShouldBeSameAs(rnn.get_parameter("bias_ih_l0"));
        rnn.get_bias_hh(3).ShouldBeSameAs(rnn.get_parameter("bias_hh_l1_reverse"));
        Should.Throw<ArgumentOutOfRangeException>(() => rnn.get_bias_hh(4)).Message.ShouldContain("4 layers");
        using var plain = nn.RNN(4, 3, bias: false);
        plain.get_bias_ih(0).ShouldBeNull();
    }

    [Fact]
    public void Cells_WeightReplaced_AreComputedWithIt()
    {
        using var scope = NewDisposeScope();
        using var cell = nn.RNNCell(2, 3);
        cell.weight_ih = nn.Parameter(zeros(3, 2));
        cell.weight_hh = nn.Parameter(zeros(3, 3));
        cell.bias_ih = nn.Parameter(zeros(3));
        cell.bias_hh = null;
        cell.state_dict().Keys.ShouldBe(["weight_ih", "weight_hh", "bias_ih"]);
        using var _ = no_grad();
        cell.call(ones(1, 2), null).abs().sum().ToSingle().ShouldBe(0);
    }

    [Fact]
    public void Cells_InputsOrStatesOfOtherShapes_AreRefusedWithASentence()
    {
        using var scope = NewDisposeScope();
        using var cell = nn.LSTMCell(4, 3);
        Should.Throw<ArgumentException>(() => cell.call(ones(2, 5))).Message.ShouldContain("[B, 4]");
        Should
            .Throw<ArgumentException>(() => cell.call(ones(2, 4), (ones(1, 3), ones(2, 3))))
            .Message.ShouldContain("[2, 3]");
        Should.Throw<ArgumentException>(() => nn.GRUCell(0, 3)).Message.ShouldContain("above 0");
    }
}

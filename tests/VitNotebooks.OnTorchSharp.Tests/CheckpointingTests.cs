using Shouldly;
using VitNotebooks.Acceleration;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.OnTorchSharp.Tests;

/// <summary>Checkpointing that TorchSharp has not: the plain call.</summary>
public sealed class CheckpointingTests
{
    [Fact]
    public void Run_IsThePlainCall()
    {
        using var scope = NewDisposeScope();
        using var block = nn.Linear(3, 2);
        var x = randn(4, 3).requires_grad_();
        var runs = 0;
        var y = Checkpointing.Run(
            t =>
            {
                runs++;
                return block.call(t).exp();
            },
            x
        );
        var (checkpointed, plain) = (
            autograd.grad([y.sum()], [x])[0],
            autograd.grad([block.call(x).exp().sum()], [x])[0]
        );
        checkpointed.Equals(plain).ShouldBeTrue();
        runs.ShouldBe(1);
        Checkpointing.Run(block, x).Equals(block.call(x)).ShouldBeTrue();
        Checkpointing.Run((a, b) => a + b, x, x).Equals(x + x).ShouldBeTrue();
    }

    [Fact]
    public void Run_MissingInput_IsRefusedAsOnOurLayer() =>
        Should
            .Throw<ArgumentException>(() => Checkpointing.Run((Tensor[] t) => t[0], [null!]))
            .Message.ShouldContain("input 0 is null");
}

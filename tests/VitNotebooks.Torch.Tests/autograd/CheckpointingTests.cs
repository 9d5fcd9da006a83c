using Shouldly;
using TorchSharp.Modules;
using VitNotebooks.Acceleration;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

// Draws from the default generator and measures memory.
[Collection(Alone.Name)]
public class CheckpointingTests
{
    private static Sequential Block(int width, double dropout = 0.5) =>
        nn.Sequential(
            ("up", nn.Linear(width, 4 * width)),
            ("act", nn.GELU()),
            ("norm", nn.LayerNorm(4 * width)),
            ("drop", nn.Dropout(dropout)),
            ("down", nn.Linear(4 * width, width)),
            ("sig", nn.Sigmoid())
        );

    private static byte[] Bits(Tensor? t)
    {
        using var dense = t!.detach().contiguous();
        return dense.bytes.ToArray();
    }

    private static List<byte[]> TrainOnce(Sequential block, Tensor input, bool checkpoint, bool inputNeedsGrad)
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        block.zero_grad();
        var x = input.detach().clone().requires_grad_(inputNeedsGrad);
        var before = x * 1;
        var y = checkpoint ? Checkpointing.Run(block, before) : block.call(before);
        var after = nn.functional.dropout(y, 0.3, training: true);
        after.square().sum().backward();
        List<byte[]> bits = [Bits(after), .. block.parameters().Select(p => Bits(p.grad))];
        if (inputNeedsGrad)
        {
            bits.Add(Bits(x.grad));
        }
        return bits;
    }

    // Three steps of a checkpointed or a plain block under autocast, backward outside of its scope as documented.
    private static List<float> LossesUnderAutocast(bool checkpoint, bool evaluate)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var block = Block(16, dropout: 0);
        using var optimizer = optim.SGD(block.parameters(), learningRate: 5);
        var input = randn(8, 16);
        List<float> losses = [];
        for (var step = 0; step < 3; step++)
        {
            optimizer.zero_grad();
            Tensor loss;
            using (Autocast.On(DeviceType.CPU))
            {
                var y = checkpoint ? Checkpointing.Run(block, input) : block.call(input);
                loss = y.to(ScalarType.Float32).square().mean();
            }
            losses.Add(loss.item<float>());
            loss.backward();
            optimizer.step();
            if (evaluate)
            {
                using var quiet = no_grad();
                using var on = Autocast.On(DeviceType.CPU);
                losses.Add(block.call(input).to(ScalarType.Float32).square().mean().item<float>());
            }
        }
        return losses;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_UnderAutocast_SeesTheWeightsOfEveryStep(bool evaluate)
    {
        var plain = LossesUnderAutocast(checkpoint: false, evaluate);
        plain.Distinct().Count().ShouldBe(evaluate ? 4 : 3, "the steps are large enough to be seen");
        LossesUnderAutocast(checkpoint: true, evaluate).ShouldBe(plain);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_WithDropout_IsThePlainCallBitForBit(bool inputNeedsGrad)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var block = Block(16);
        var input = randn(8, 16);
        var plain = TrainOnce(block, input, checkpoint: false, inputNeedsGrad);
        var saved = TrainOnce(block, input, checkpoint: true, inputNeedsGrad);
        saved.Count.ShouldBe(plain.Count);
        for (var i = 0; i < plain.Count; i++)
        {
            saved[i].ShouldBe(plain[i]);
        }
    }

    [Fact]
    public void Run_LeavesTheGeneratorWhereThePlainCallDoes()
    {
        using var scope = NewDisposeScope();
        using var block = Block(8);
        var x = randn(4, 8);
        manual_seed(3);
        block.call(x).sum().backward();
        var plain = Bits(rand(4));
        manual_seed(3);
        Checkpointing.Run(block, x).sum().backward();
        Bits(rand(4)).ShouldBe(plain);
    }

    [Fact]
    public void Run_OfSeveralInputs_GivesEachItsGradient()
    {
        using var scope = NewDisposeScope();
        var a = randn(5, 5).requires_grad_();
        var b = randn(5, 5);
        var c = randn(5).requires_grad_();
        Tensor[] Function(Tensor[] x) => [x[0].matmul(x[1]).exp() + x[2], x[2].sin() * x[0].sum()];
        Tensor Loss(Tensor[] r) => r[0].sum() + r[1].square().sum();
        var plain = autograd.grad([Loss(Function([a, b, c]))], [a, c]).Select(Bits).ToArray();
        var saved = autograd.grad([Loss(Checkpointing.Run(Function, [a, b, c]))], [a, c]).Select(Bits).ToArray();
        saved[0].ShouldBe(plain[0]);
        saved[1].ShouldBe(plain[1]);
    }

    [Fact]
    public void Run_OfATensorAndANumber_ReachesBackThroughAClosure()
    {
        using var scope = NewDisposeScope();
        var weight = randn(3).requires_grad_();
        var x = randn(3);
        Checkpointing.Run(y => (y * weight).exp(), x).sum().backward();
        var plain = autograd.grad([(x * weight).exp().sum()], [weight])[0];
        Bits(weight.grad).ShouldBe(Bits(plain));
    }

    [Fact]
    public void Run_InARun_IsThePlainCallToo()
    {
        using var scope = NewDisposeScope();
        var x = randn(6).requires_grad_();
        Tensor Inner(Tensor t) => t.exp().sin().sigmoid();
        var plain = autograd.grad([Inner(Inner(x)).tanh().sum()], [x])[0];
        var nested = Checkpointing.Run(t => Checkpointing.Run(Inner, Checkpointing.Run(Inner, t)).tanh(), x);
        Bits(autograd.grad([nested.sum()], [x])[0]).ShouldBe(Bits(plain));
    }

    [Fact]
    public void Run_WithRetainedGraph_CanGoBackTwice()
    {
        using var scope = NewDisposeScope();
        var x = randn(6).requires_grad_();
        var runs = 0;
        var loss = Checkpointing
            .Run(
                t =>
                {
                    runs++;
                    return t.exp().sin();
                },
                x
            )
            .sum();
        var first = autograd.grad([loss], [x], retain_graph: true)[0];
        var second = autograd.grad([loss], [x])[0];
        Bits(second).ShouldBe(Bits(first));
        runs.ShouldBe(3);
    }

    [Fact]
    public void Run_WithoutGrad_RunsOnceAndRecordsNothing()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Checkpointing.Run(t => t.exp(), randn(3).requires_grad_()).requires_grad.ShouldBeFalse();
    }

    [Fact]
    public void Run_OfAFunctionThatThrowsTheSecondTime_ThrowsTheSameFromBackward()
    {
        using var scope = NewDisposeScope();
        var refusal = new InvalidOperationException("second");
        var runs = 0;
        var x = randn(3).requires_grad_();
        var y = Checkpointing.Run(t => runs++ == 0 ? t.exp() : throw refusal, x);
        Should.Throw<InvalidOperationException>(() => y.sum().backward()).ShouldBeSameAs(refusal);
    }

    [Fact]
    public void Run_OfAFunctionThatDoesOtherThingsTheSecondTime_SaysSo()
    {
        using var scope = NewDisposeScope();
        var runs = 0;
        var x = randn(3).requires_grad_();
        var y = Checkpointing.Run(t => runs++ == 0 ? t.exp().sin() : t.exp(), x);
        Should.Throw<TorchException>(() => y.sum().backward()).Message.ShouldContain("it must do the same both times");
    }

    [Fact]
    public void Run_OfADeepStack_HasALowerPeakAndLeaksNothing()
    {
        using var scope = NewDisposeScope();
        var depth = 8;
        var blocks = Enumerable.Range(0, depth).Select(_ => Block(256, 0.1)).ToList();
        var x = randn(1024, 256);
        var plain = PeakOf(false);
        var before = Tensor.TotalCount;
        var saved = PeakOf(true);
        Tensor.TotalCount.ShouldBe(before);
        saved.ShouldBeLessThan(plain * 6 / 10);
        blocks.ForEach(b => b.Dispose());

        long PeakOf(bool checkpoint)
        {
            blocks.ForEach(b => b.zero_grad());
            Memory.Trim();
            var live = Memory.LargeTensors.Live;
            using (NewDisposeScope())
            {
                var y = x * 1;
                foreach (var block in blocks)
                {
                    y = checkpoint ? Checkpointing.Run(block, y) : block.call(y);
                }
                y.sum().backward();
            }
            var peak = Memory.LargeTensors.Peak - live;
            blocks.ForEach(b => b.zero_grad());
            return peak;
        }
    }
}

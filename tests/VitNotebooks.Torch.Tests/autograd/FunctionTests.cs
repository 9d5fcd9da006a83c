using Shouldly;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace TorchSharp.Tests;

// Counts all tensors of the process: nothing else may run beside it.
[Collection(Alone.Name)]
public class FunctionTests
{
    private sealed class Cube : SingleTensorFunction<Cube>
    {
        public override string Name => nameof(Cube);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            is_grad_enabled().ShouldBeFalse();
            ctx.save_for_backward([x]);
            return x * x * x;
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
        {
            var x = ctx.get_saved_variables()[0];
            return [grad_output * 3 * x * x];
        }
    }

    /// <summary>Scaled product and the scale's double: arguments of several kinds, a result without gradient.</summary>
    private sealed class ScaledProduct : MultiTensorFunction<ScaledProduct>
    {
        public override string Name => nameof(ScaledProduct);

        public override List<Tensor> forward(AutogradContext ctx, params object[] vars)
        {
            var (a, scale, b) = ((Tensor)vars[0], (double)vars[1], (Tensor)vars[2]);
            ctx.save_for_backward([a, b]);
            ctx.save_data("scale", scale);
            var result = a * b * scale;
            var indices = result.argmax(0);
            ctx.mark_non_differentiable([indices]);
            return [result, indices, a + b];
        }

        public override List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs)
        {
            var saved = ctx.get_saved_variables();
            var scale = (double)ctx.get_data("scale");
            var (product, sum) = (grad_outputs[0], grad_outputs[2]);
            return [product * saved[1] * scale + sum, null!, product * saved[0] * scale + sum];
        }
    }

    private sealed class DoubleInPlace : SingleTensorFunction<DoubleInPlace>
    {
        public override string Name => nameof(DoubleInPlace);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            x.mul_(2);
            ctx.mark_dirty([x]);
            return x;
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output * 2];
    }

    private sealed class Refusal(string text) : Exception(text);

    private sealed class Failing : SingleTensorFunction<Failing>
    {
        public override string Name => nameof(Failing);

        public override Tensor forward(AutogradContext ctx, params object[] vars) =>
            (bool)vars[1] ? throw new Refusal("forward") : ((Tensor)vars[0]).clone();

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => throw TheRefusal;

        public static Refusal TheRefusal { get; } = new("backward");
    }

    private sealed class WrongCount : SingleTensorFunction<WrongCount>
    {
        public override string Name => nameof(WrongCount);

        public override Tensor forward(AutogradContext ctx, params object[] vars) => (Tensor)vars[0] + (Tensor)vars[1];

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output];
    }

    private sealed class Optional : MultiTensorFunction<Optional>
    {
        public static int Nulls { get; set; }

        public override string Name => nameof(Optional);

        public override List<Tensor> forward(AutogradContext ctx, params object[] vars)
        {
            ctx.set_materialize_grads((bool)vars[1]);
            ctx.MaterializeGrads.ShouldBe((bool)vars[1]);
            return [(Tensor)vars[0] * 2, (Tensor)vars[0] * 3];
        }

        public override List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs)
        {
            Nulls = grad_outputs.Count(g => g is null);
            return [grad_outputs[0] * 2, null!];
        }
    }

    private static Tensor Leaf(params double[] values) => torch.tensor(values).requires_grad_();

    private static double[] Values(Tensor? t) => t!.data<double>().ToArray();

    [Fact]
    public void Apply_OfACube_HasTheGradientOfAFiniteDifference()
    {
        using var scope = NewDisposeScope();
        double[] at = [0.3, -1.2, 2.5];
        var x = Leaf(at);
        Cube.apply(x).sum().backward();
        const double step = 1e-6;
        var numeric = at.Select(v => (Math.Pow(v + step, 3) - Math.Pow(v - step, 3)) / (2 * step)).ToArray();
        var analytic = Values(x.grad);
        for (var i = 0; i < at.Length; i++)
        {
            analytic[i].ShouldBe(numeric[i], 1e-6);
        }
    }

    [Fact]
    public void Apply_Twice_DifferentiatesItsBackwardToo()
    {
        using var scope = NewDisposeScope();
        var x = Leaf(1, 2);
        var first = grad([Cube.apply(x).sum()], [x], create_graph: true)[0];
        Values(first).ShouldBe([3, 12]);
        var second = grad([first.sum()], [x], create_graph: true)[0];
        Values(second).ShouldBe([6, 12]);
        Values(grad([second.sum()], [x])[0]).ShouldBe([6, 6]);
    }

    [Fact]
    public void Apply_WithNumbersAmongItsArguments_GivesEachTensorItsGradient()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Leaf(1, 2), Leaf(3, 5));
        var results = ScaledProduct.apply(a, 10.0, b);
        results[1].requires_grad.ShouldBeFalse();
        results[1].item<long>().ShouldBe(1);
        (results[0].sum() + results[2].sum()).backward();
        Values(a.grad).ShouldBe([31, 51]);
        Values(b.grad).ShouldBe([11, 21]);
    }

    [Fact]
    public void Apply_InPlace_KeepsTheGraph()
    {
        using var scope = NewDisposeScope();
        var x = Leaf(1, 2);
        var inner = x * 1;
        var y = DoubleInPlace.apply(inner);
        Values(inner).ShouldBe([2, 4]);
        y.sum().backward();
        Values(x.grad).ShouldBe([2, 2]);
    }

    [Fact]
    public void Apply_ThatChangesASavedTensor_IsNoticed()
    {
        using var scope = NewDisposeScope();
        var x = Leaf(1, 2);
        var inner = x * 1;
        var y = Cube.apply(inner);
        using (no_grad())
        {
            inner.add_(1);
        }
        Should
            .Throw<TorchException>(() => y.sum().backward())
            .Message.ShouldContain("modified by an inplace operation");
    }

    [Fact]
    public void Backward_Twice_SaysThatTheGraphIsFreed()
    {
        using var scope = NewDisposeScope();
        var y = Cube.apply(Leaf(1)).sum();
        y.backward();
        Should.Throw<TorchException>(() => y.backward()).Message.ShouldContain("second time");
    }

    [Fact]
    public void Forward_ThatThrows_ThrowsTheSameFromApply() =>
        Should.Throw<Refusal>(() => Failing.apply(Leaf(1), true)).Message.ShouldBe("forward");

    [Fact]
    public void Backward_ThatThrows_ThrowsTheSameObjectWithItsStack()
    {
        using var scope = NewDisposeScope();
        var loss = (Failing.apply(Leaf(1), false) * 2).sum();
        var error = Should.Throw<Refusal>(() => loss.backward());
        error.ShouldBeSameAs(Failing.TheRefusal);
        error.StackTrace!.ShouldContain(nameof(Failing));
        error.StackTrace!.ShouldContain(nameof(Backward_ThatThrows_ThrowsTheSameObjectWithItsStack));
    }

    [Fact]
    public void Backward_OfTooFewGradients_NamesTheFunctionAndTheCounts()
    {
        using var scope = NewDisposeScope();
        var loss = WrongCount.apply(Leaf(1), Leaf(2)).sum();
        Should
            .Throw<InvalidOperationException>(() => loss.backward())
            .Message.ShouldBe(
                "WrongCount.backward returned 1 gradients for 2 arguments of apply; return one for each, null where there is none."
            );
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void MaterializeGrads_Decides_BetweenZerosAndNull(bool materialize, int nulls)
    {
        using var scope = NewDisposeScope();
        Optional.apply(Leaf(1), materialize)[0].sum().backward();
        Optional.Nulls.ShouldBe(nulls);
    }

    [Fact]
    public void Apply_WithoutGrad_RecordsNothing()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Cube.apply(Leaf(1)).requires_grad.ShouldBeFalse();
    }

    [Fact]
    public void Apply_ManyTimes_LeaksNoTensor()
    {
        Rounds(3);
        var before = Tensor.TotalCount;
        Rounds(50);
        Tensor.TotalCount.ShouldBe(before);

        static void Rounds(int n)
        {
            for (var i = 0; i < n; i++)
            {
                using var scope = NewDisposeScope();
                var (a, b) = (Leaf(1, 2), Leaf(3, 5));
                ScaledProduct.apply(Cube.apply(a), 2.0, b)[0].sum().backward();
                _ = ScaledProduct.apply(a, 2.0, b);
                Should.Throw<Refusal>(() => Failing.apply(a, false).sum().backward());
            }
        }
    }

    [Fact]
    public void Backward_InsideOfABackward_Works()
    {
        using var scope = NewDisposeScope();
        var x = Leaf(2);
        var y = x * 3;
        var inner = 0.0;
        y.register_hook(g =>
        {
            using var grad = enable_grad();
            var z = Leaf(5);
            Cube.apply(z).sum().backward();
            inner = z.grad!.item<double>();
            return null;
        });
        y.sum().backward();
        inner.ShouldBe(75);
        Values(x.grad).ShouldBe([3]);
    }

    [Fact]
    public void Values_AndGradients_AreThoseOfPythonsFunction()
    {
        using var scope = NewDisposeScope();
        using var reference = VitNotebooks.Oracles.PythonOracle.RunJson(
            "autograd_function.py",
            TimeSpan.FromMinutes(1)
        );
        var root = reference.RootElement;
        double[] Read(string key) => [.. root.GetProperty(key).EnumerateArray().Select(e => e.GetDouble())];
        var (a, b) = (Leaf(Read("a")), Leaf(Read("b")));
        var hooked = Cube.apply(a);
        hooked.register_hook(g => g * 2);
        var results = ScaledProduct.apply(hooked, 0.5, b);
        var loss = (results[0] * results[0]).sum() + results[2].sum();
        loss.item<double>().ShouldBe(root.GetProperty("loss").GetDouble(), 1e-12);
        loss.backward();
        foreach (var (key, mine) in new[] { ("grad_a", Values(a.grad)), ("grad_b", Values(b.grad)) })
        {
            var theirs = Read(key);
            for (var i = 0; i < mine.Length; i++)
            {
                mine[i].ShouldBe(theirs[i], 1e-12 * Math.Max(1, Math.Abs(theirs[i])), key);
            }
        }
    }
}

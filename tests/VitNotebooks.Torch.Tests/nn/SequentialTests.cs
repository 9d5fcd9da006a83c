using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VitNotebooks.Torch.Tests.nn_;

public sealed class SequentialTests
{
    /// <summary>Two inputs through modules that a plain sequence could not chain.</summary>
    private sealed class Mixer : Sequential<Tensor, Tensor, Tensor>
    {
        public Mixer(params Module[] modules)
            : base(modules) { }

        public override Tensor forward(Tensor input1, Tensor input2)
        {
            var x = ((Bilinear)this[0]).call(input1, input2);
            for (var i = 1; i < Count; i++)
            {
                x = ((Module<Tensor, Tensor>)this[i]).call(x);
            }
            return x;
        }

        protected override Sequential<Tensor, Tensor, Tensor> Slice(int start, int end) =>
            new Mixer([.. Enumerable.Range(start, end - start).Select(i => this[i])]);
    }

    private sealed class Named() : Sequential<Tensor, Tensor>(("first", Linear(2, 2)), ("second", ReLU()))
    {
        public override Tensor forward(Tensor input) => ((ReLU)this[1]).call(((Linear)this[0]).call(input));
    }

    [Fact]
    public void OfSeveralInputs_RunsAndNamesItsModules()
    {
        using var scope = NewDisposeScope();
        using var module = new Mixer(Bilinear(2, 3, 4), BatchNorm1d(4));
        module.append(Linear(4, 1)).append("last", Tanh());
        module.Count.ShouldBe(4);
        module.call(randn(5, 2), randn(5, 3)).shape.ShouldBe([5, 1]);
        module.state_dict().Keys.ShouldContain("2.weight");
        module.named_children().Select(c => c.name).ShouldBe(["0", "1", "2", "last"]);
        module.named_buffers(include_persistent: true).Select(b => b.name).ShouldContain("1.running_mean");
        module.train(on: false);
        module.modules().ShouldAllBe(m => !m.training);
    }

    [Fact]
    public void Slices_OfSeveralInputs_AreMadeByTheDerivedClass()
    {
        using var module = new Mixer(Bilinear(2, 3, 4), ReLU(), Tanh());
        module[..^1].Count.ShouldBe(2);
        module[(1, null)][0].ShouldBeSameAs(module[1]);
        using var named = new Named();
        named.state_dict().Keys.ShouldBe(["first.weight", "first.bias"]);
        Should.Throw<NotSupportedException>(() => named[..1]).Message.ShouldContain("override Slice");
    }

    [Fact]
    public void Sequential_SlicesAndAppends()
    {
        using var module = Sequential(("a", Linear(2, 2)), ("b", ReLU()));
        module.append("c", Linear(2, 1)).append(Tanh());
        module.named_children().Select(c => c.name).ShouldBe(["a", "b", "c", "3"]);
        module[1..3].Count.ShouldBe(2);
        module[(null, 2)].Count.ShouldBe(2);
        module[3].ShouldBeOfType<Tanh>();
        module.eval();
        module.train(on: true);
        module.modules().ShouldAllBe(m => m.training);
    }
}

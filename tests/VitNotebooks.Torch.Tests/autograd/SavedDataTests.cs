using Shouldly;
using TorchSharp.Modules;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace TorchSharp.Tests;

/// <summary>Who frees what a function saves: the graph what the function made, its owner everything else.</summary>
[Collection(Alone.Name)] // counts the process's tensors
public class SavedDataTests
{
    /// <summary>Scales by 2; saves what a test hands it or makes, and looks at it in backward.</summary>
    private sealed class Saving : SingleTensorFunction<Saving>
    {
        public override string Name => nameof(Saving);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("look", vars[2]);
            ((Action<AutogradContext, Tensor>)vars[1])(ctx, (Tensor)vars[0]);
            return (Tensor)vars[0] * 2;
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
        {
            ((Action<AutogradContext>)ctx.get_data("look"))(ctx);
            return [grad_output * 2, null!, null!];
        }
    }

    private sealed class Flag : IDisposable
    {
        public bool Freed { get; private set; }

        public void Dispose() => Freed = true;
    }

    /// <summary>A forward that saves, and a backward that looks, after which the graph is gone; the tensors that are left of it.</summary>
    private static long Run(Tensor input, Action<AutogradContext, Tensor> save, Action<AutogradContext> look)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using (zeros(1)) { }
        var before = Tensor.TotalCount;
        using (var scope = NewDisposeScope())
        {
            var result = Saving.apply(input, save, look);
            using (var _ = NewDisposeScope())
            {
                result.sum().backward();
            }
        }
        return Tensor.TotalCount - before;
    }

    [Fact]
    public void Saved_AParameterAnInputAndAModule_AreTheirOwnersAfterTheGraph()
    {
        using var scope = NewDisposeScope();
        using var module = nn.Linear(3, 3);
        var input = ones(3).requires_grad_();
        var flag = new Flag();
        var look = 0;
        Run(
            input,
            (ctx, x) =>
            {
                ctx.save_data("input", x);
                ctx.save_data("parameter", module.weight!);
                ctx.save_data("module", module);
                ctx.save_data("flag", flag);
                ctx.save_data("several", new List<Tensor> { x, module.bias! });
            },
            ctx =>
            {
                ctx.get_data("input").ShouldBeSameAs(input);
                ctx.get_data("parameter").ShouldBeOfType<Parameter>().ShouldBeSameAs(module.weight);
                look++;
            }
        );
        look.ShouldBe(1);
        flag.Freed.ShouldBeFalse();
        input.IsInvalid.ShouldBeFalse();
        scope.Contains(input).ShouldBeTrue("it stays in its owner's scope");
        module.call(input).shape.ShouldBe([3]);
    }

    [Fact]
    public void Saved_WhatForwardMade_IsThereInBackwardAndFreedWithTheGraph()
    {
        using var input = ones(3).requires_grad_();
        var sums = new List<float>();
        Tensor? made = null;
        var left = Run(
            input,
            (ctx, x) =>
            {
                using var inner = NewDisposeScope();
                ctx.save_data("made", made = x + 1);
                ctx.save_data("list", new List<Tensor> { x + 2, x + 3 });
                ctx.save_data("pair", (x + 4, "text"));
                ctx.save_data("twice", made);
            },
            ctx =>
            {
                var list = (List<Tensor>)ctx.get_data("list");
                var (pair, _) = ((Tensor, string))ctx.get_data("pair");
                Tensor[] all = [(Tensor)ctx.get_data("made"), list[0], list[1], pair, (Tensor)ctx.get_data("twice")];
                sums.AddRange(all.Select(tensor => tensor.sum().ToSingle()));
            }
        );
        sums.ShouldBe([6, 9, 12, 15, 6]);
        made!.IsInvalid.ShouldBeTrue();
        left.ShouldBeLessThanOrEqualTo(
            1,
            "the gradient's own tensor is native; of managed ones only the gradient's wrapper could be left"
        );
    }

    [Fact]
    public void Saved_AnInputThatItsOwnerFreesBeforeBackward_IsThereAllTheSame()
    {
        using var input = ones(3).requires_grad_();
        var other = full(3, 5f);
        var sum = 0f;
        Run(
            input,
            (ctx, _) =>
            {
                ctx.save_data("other", zeros(1)); // replaced
                ctx.save_data("other", other);
                other.Dispose();
            },
            ctx => sum = ((Tensor)ctx.get_data("other")).sum().ToSingle()
        );
        sum.ShouldBe(15);
    }
}

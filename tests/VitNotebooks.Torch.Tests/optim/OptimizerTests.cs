using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace VitNotebooks.Torch.Tests.optim_;

public sealed class OptimizerTests
{
    private static readonly Generator s_generator = new(17);

    private static Parameter NewParameter() => new(zeros(3, 4));

    private static void Step(Optimizer optimizer, Parameter parameter, double gradient)
    {
        using var scope = NewDisposeScope();
        parameter.grad = full_like(parameter, gradient);
        optimizer.step();
    }

    [Fact]
    public void StateDict_SavedAndLoaded_ContinuesWithTheSameBits()
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(Directory.CreateTempSubdirectory("vitnb-optim-").FullName, "state.bin");
        foreach (
            var make in new Func<Parameter, OptimizerHelper>[]
            {
                p => AdamW([p], 1e-2),
                p => Adam([p], 1e-2, amsgrad: true),
                p => SGD([p], 1e-2, momentum: 0.9),
            }
        )
        {
            var (one, two, three) = (NewParameter(), NewParameter(), NewParameter());
            using var straight = make(one);
            using var copied = make(two);
            using var read = make(three);
            Step(straight, one, 0.5);
            Step(straight, one, -0.3);
            using (no_grad())
            {
                two.copy_(one);
                three.copy_(one);
            }
            copied.load_state_dict(straight.state_dict());
            straight.save_state_dict(path);
            read.load_state_dict(path);
            read.state_dict().State[0].ApproximatelyEquals(straight.state_dict().State[0]).ShouldBeTrue();
            Step(straight, one, 0.1);
            Step(copied, two, 0.1);
            Step(read, three, 0.1);
            two.Equals(one).ShouldBeTrue();
            three.Equals(one).ShouldBeTrue();
        }
    }

    [Fact]
    public void LoadStateDict_OfAnotherOptimizer_IsRefused()
    {
        using var adam = Adam([NewParameter()]);
        using var sgd = SGD([NewParameter()], 0.1, momentum: 0.9);
        using var two = Adam([NewParameter(), NewParameter()]);
        Should
            .Throw<ArgumentException>(() => sgd.load_state_dict(adam.state_dict()))
            .Message.ShouldContain("another optimizer");
        Should
            .Throw<ArgumentException>(() => adam.load_state_dict(two.state_dict()))
            .Message.ShouldContain("2 parameters in all");
        var path = Path.Combine(Directory.CreateTempSubdirectory("vitnb-optim-").FullName, "state.bin");
        adam.save_state_dict(path);
        Should.Throw<InvalidDataException>(() => sgd.load_state_dict(path)).Message.ShouldContain("Adam");
    }

    [Fact]
    public void Construction_IllegalNumbersOrParameters_SaysWhich()
    {
        var parameter = NewParameter();
        Should.Throw<ArgumentOutOfRangeException>(() => AdamW([parameter], lr: -1)).Message.ShouldContain("lr is -1");
        Should
            .Throw<ArgumentOutOfRangeException>(() => AdamW([parameter], beta2: 1))
            .Message.ShouldContain("beta2 is 1");
        Should.Throw<ArgumentException>(() => SGD([parameter], 0.1, nesterov: true)).Message.ShouldContain("momentum");
        Should.Throw<ArgumentException>(() => AdamW([parameter, parameter])).Message.ShouldContain("twice");
    }

    [Fact]
    public void Step_WithoutGradient_LeavesTheParameterAlone()
    {
        using var scope = NewDisposeScope();
        var (with, without) = (NewParameter(), NewParameter());
        using var optimizer = AdamW([with, without], 0.1);
        Step(optimizer, with, 1);
        with.sum().ToSingle().ShouldBeLessThan(0);
        without.sum().ToSingle().ShouldBe(0);
        ((AdamW.State)optimizer.state_dict().State[1]).step.ShouldBe(0);
    }

    [Fact]
    public void Step_Fused_TellsAutograd()
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(ones(3));
        using var optimizer = SGD([parameter], 0.1);
        var loss = parameter.square().sum();
        parameter.grad = ones(3);
        optimizer.step();
        Should.Throw<Exception>(() => loss.backward()).Message.ShouldContain("modified by an inplace operation");
    }

    [Fact]
    public void Step_WithClosure_ReturnsItsLoss()
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(ones(3));
        using var optimizer = SGD([parameter], 0.1);
        var loss = optimizer.step(() =>
        {
            optimizer.zero_grad();
            var value = parameter.square().sum();
            value.backward();
            return value;
        });
        loss!.ToSingle().ShouldBe(3);
        parameter.sum().ToSingle().ShouldBe(2.4f, 1e-5f);
    }

    [Fact]
    public void Step_TransposedParameter_GivesTheSameValues()
    {
        using var scope = NewDisposeScope();
        var start = randn([5, 4], generator: s_generator);
        var dense = new Parameter(start.clone());
        var transposed = new Parameter(start.t().contiguous().t());
        transposed.is_contiguous().ShouldBeFalse();
        using var one = AdamW([dense], 0.1, weight_decay: 0.1);
        using var two = AdamW([transposed], 0.1, weight_decay: 0.1);
        for (var i = 0; i < 5; i++)
        {
            dense.grad = randn([5, 4], generator: s_generator);
            transposed.grad = dense.grad!.clone();
            one.step();
            two.step();
        }
        transposed.allclose(dense, rtol: 1e-6, atol: 1e-7).ShouldBeTrue();
    }

    [Fact]
    public void Step_GroupOfSeveralTypes_StepsEachOnce()
    {
        using var scope = NewDisposeScope();
        foreach (var make in new Func<Parameter[], Optimizer>[] { p => AdamW(p, 0.1), p => SGD(p, 0.1, momentum: 0.9) })
        {
            var single = new Parameter(ones(4));
            var wide = new Parameter(ones([4], dtype: ScalarType.Float64));
            using var optimizer = make([single, wide]);
            for (var i = 0; i < 3; i++)
            {
                single.grad = ones(4);
                wide.grad = ones([4], dtype: ScalarType.Float64);
                optimizer.step();
            }
            single.to(ScalarType.Float64).allclose(wide, rtol: 1e-6, atol: 1e-6).ShouldBeTrue();
        }
    }

    [Fact]
    public void ReduceLROnPlateau_NoProgress_LowersTheRate()
    {
        using var optimizer = SGD([NewParameter()], 1.0);
        var schedule = lr_scheduler.ReduceLROnPlateau(optimizer, patience: 2);
        foreach (var loss in new[] { 3.0, 2.0, 2.0, 2.0 })
        {
            schedule.step(loss);
            optimizer.ParamGroups.Single().LearningRate.ShouldBe(1.0);
        }
        schedule.step(2.0);
        optimizer.ParamGroups.Single().LearningRate.ShouldBe(0.1, 1e-12);
        Should.Throw<InvalidOperationException>(() => schedule.step());
    }
}

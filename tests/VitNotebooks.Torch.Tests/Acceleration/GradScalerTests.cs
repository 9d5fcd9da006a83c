using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Acceleration;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.Acceleration;

/// <summary>Scaling, unscaling, skipping, growing and shrinking, as Python's GradScaler does.</summary>
public sealed class GradScalerTests
{
    [Fact]
    public void Step_FiniteGradients_EqualsThePlainStep()
    {
        using var scope = NewDisposeScope();
        using var initial = nn.Linear(4, 3);
        var x = randn(8, 4);
        Tensor Train(bool scaled)
        {
            using var model = nn.Linear(4, 3);
            model.load_state_dict(initial.state_dict());
            using var optimizer = optim.AdamW(model.parameters(), 0.1);
            using var scaler = new GradScaler(initialScale: 1024, enabled: scaled);
            for (var i = 0; i < 3; i++)
            {
                optimizer.zero_grad();
                scaler.Scale(model.call(x).pow(2).mean()).backward();
                scaler.Step(optimizer).ShouldBeTrue();
                scaler.Update();
            }
            return model.weight!.detach().clone();
        }
        allclose(Train(true), Train(false), 1e-5, 1e-6).ShouldBeTrue();
    }

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NaN)]
    public void Step_GradientNotFinite_IsLeftOutAndTheScaleShrinks(float bad)
    {
        using var scope = NewDisposeScope();
        using var model = nn.Linear(2, 2);
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var scaler = new GradScaler(initialScale: 8, growthInterval: 2);
        var before = model.weight!.detach().clone();
        model.weight!.grad = full([2, 2], bad);
        model.bias!.grad = ones(2);
        scaler.Step(optimizer).ShouldBeFalse();
        scaler.Update();
        scaler.CurrentScale.ShouldBe(4);
        scaler.GrowthTracker.ShouldBe(0);
        model.weight!.detach().Equals(before).ShouldBeTrue();
    }

    [Fact]
    public void Update_EnoughFiniteSteps_Grows()
    {
        using var scope = NewDisposeScope();
        using var model = nn.Linear(2, 2);
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var scaler = new GradScaler(initialScale: 8, growthFactor: 3, growthInterval: 2);
        var seen = new List<double>();
        for (var i = 0; i < 4; i++)
        {
            optimizer.zero_grad();
            scaler.Scale(model.call(ones(1, 2)).sum()).backward();
            scaler.Step(optimizer);
            scaler.Update();
            seen.Add(scaler.CurrentScale);
        }
        seen.ShouldBe([8, 24, 24, 72]);
    }

    [Fact]
    public void Unscale_BeforeClipping_GivesTheTrueGradients()
    {
        using var scope = NewDisposeScope();
        using var model = nn.Linear(2, 1, hasBias: false);
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var scaler = new GradScaler(initialScale: 512);
        scaler.Scale(model.call(ones(1, 2)).sum()).backward();
        model.weight!.grad!.sum().item<float>().ShouldBe(1024);
        scaler.Unscale(optimizer);
        model.weight!.grad!.sum().item<float>().ShouldBe(2);
        scaler.Step(optimizer).ShouldBeTrue(); // does not unscale again
        model.weight!.grad!.sum().item<float>().ShouldBe(2);
        Should.Throw<InvalidOperationException>(() => scaler.Step(optimizer)).Message.ShouldContain("Update");
        Should.Throw<InvalidOperationException>(() => scaler.Unscale(optimizer)).Message.ShouldContain("Update");
        scaler.Update();
        Should.Throw<InvalidOperationException>(scaler.Update).Message.ShouldContain("Step");
    }

    [Fact]
    public void Construct_ImpossibleNumbers_AreRefused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new GradScaler(growthFactor: 1));
        Should.Throw<ArgumentOutOfRangeException>(() => new GradScaler(backoffFactor: 1));
        Should.Throw<ArgumentOutOfRangeException>(() => new GradScaler(initialScale: 0));
        Should.Throw<ArgumentOutOfRangeException>(() => new GradScaler(growthInterval: 0));
    }
}

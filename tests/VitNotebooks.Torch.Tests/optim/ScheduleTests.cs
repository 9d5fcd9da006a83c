using System.Text.Json;
using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Oracles;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace VitNotebooks.Torch.Tests.optim_;

/// <summary>Rate and momentum of two groups over sixty steps of each schedule, as Python's.</summary>
public sealed class ScheduleTests
{
    private static readonly Dictionary<string, Func<Optimizer, LRScheduler>> s_schedules = new()
    {
        ["LambdaLR"] = o => new impl.LambdaLR(o, [e => Math.Pow(0.95, e), e => 1.0 / (1 + e)]),
        ["MultiplicativeLR"] = o => MultiplicativeLR(o, e => 1 - (1.0 / (e + 3))),
        ["StepLR"] = o => StepLR(o, 7, 0.6),
        ["MultiStepLR"] = o => MultiStepLR(o, [2, 17, 17, 40], 0.6),
        ["ExponentialLR"] = o => ExponentialLR(o, 0.93),
        ["ConstantLR"] = o => ConstantLR(o, 0.25, 11),
        ["LinearLR"] = o => LinearLR(o, 0.1, 0.8, 20),
        ["CosineAnnealingLR"] = o => CosineAnnealingLR(o, 13, 0.01),
        ["PolynomialLR"] = o => PolynomialLR(o, 30),
        ["PolynomialLR squared"] = o => PolynomialLR(o, 45, 2),
        ["OneCycleLR"] = o => OneCycleLR(o, [2.0, 1.0], total_steps: 61),
        ["OneCycleLR three"] = o =>
            OneCycleLR(
                o,
                2.0,
                epochs: 6,
                steps_per_epoch: 11,
                anneal_strategy: impl.OneCycleLR.AnnealStrategy.Linear,
                three_phase: true
            ),
        ["OneCycleLR Adam"] = o => OneCycleLR(o, 2.0, total_steps: 61),
        ["CyclicLR"] = o => CyclicLR(o, 0.1, 1.0, step_size_up: 7),
        ["CyclicLR 2"] = o =>
            CyclicLR(
                o,
                [0.1, 0.2],
                [1.0, 0.8],
                step_size_up: 5,
                step_size_down: 9,
                mode: impl.CyclicLR.Mode.Triangular2,
                base_momentum: [0.7, 0.7]
            ),
        ["CyclicLR exp"] = o =>
            CyclicLR(
                o,
                0.1,
                1.0,
                step_size_up: 6,
                mode: impl.CyclicLR.Mode.ExpRange,
                gamma: 0.97,
                cycle_momentum: false
            ),
        ["CyclicLR own"] = o =>
            CyclicLR(
                o,
                0.1,
                1.0,
                step_size_up: 6,
                scale_fn: x => 1 / (1 + x),
                scale_mode: impl.CyclicLR.ScaleMode.Iterations
            ),
        ["Chained"] = o => ChainedLR([LinearLR(o, 0.1, total_iters: 9), ExponentialLR(o, 0.97), StepLR(o, 20, 0.5)]),
        ["Sequential"] = o =>
            SequentialLR(
                o,
                [LinearLR(o, 0.1, total_iters: 9), CosineAnnealingLR(o, 40, 0.01), ConstantLR(o, 0.1, 4)],
                [9, 49]
            ),
        ["Sequential exp"] = o => SequentialLR(o, [ConstantLR(o, 0.1, 2), ExponentialLR(o, 0.9)], [2]),
    };

    private static readonly Lazy<JsonDocument> s_oracle = new(() =>
        PythonOracle.RunJson("schedules.py", TimeSpan.FromSeconds(60))
    );

    public static TheoryData<string> Names => [.. s_schedules.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_SixtyTimes_SetsPythonsRatesAndMomenta(string name)
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new(zeros(1)), new(zeros(1))];
        using Optimizer optimizer = name.EndsWith("Adam", StringComparison.Ordinal)
            ? Adam(
                [
                    new Adam.ParamGroup(parameters[..1], new Adam.Options()),
                    new Adam.ParamGroup(parameters[1..], new Adam.Options { LearningRate = 0.05 }),
                ],
                0.5
            )
            : SGD(
                [
                    new SGD.ParamGroup(parameters[..1], new SGD.Options()),
                    new SGD.ParamGroup(parameters[1..], new SGD.Options { LearningRate = 0.05 }),
                ],
                0.5,
                momentum: 0.9
            );
        var schedule = s_schedules[name](optimizer);
        var groups = optimizer.ParamGroups.ToArray();
        var at = 0;
        foreach (var expected in s_oracle.Value.RootElement.GetProperty(name).EnumerateArray())
        {
            for (var i = 0; i < groups.Length; i++)
            {
                var momentum = groups[i] is IMomentum simple ? simple.Momentum : ((IBetas)groups[i]).Betas.Item1;
                groups[i].LearningRate.ShouldBe(expected[i][0].GetDouble(), 1e-10, $"rate of group {i} at step {at}");
                momentum.ShouldBe(expected[i][1].GetDouble(), 1e-10, $"momentum of group {i} at step {at}");
            }
            schedule.get_last_lr().ShouldBe(groups.Select(g => g.LearningRate));
            schedule.step();
            at++;
        }
        at.ShouldBe(60);
    }

    [Fact]
    public void Step_ToAnEpoch_GivesTheRateOfThatEpoch()
    {
        using var optimizer = SGD([new Parameter(zeros(1))], 1.0);
        foreach (
            var make in new Func<Optimizer, LRScheduler>[]
            {
                o => PolynomialLR(o, 10, 2),
                o => ExponentialLR(o, 0.9),
                o => CyclicLR(o, 0.1, 1, step_size_up: 4, cycle_momentum: false),
                o => SequentialLR(o, [ConstantLR(o, 0.5, 3), ExponentialLR(o, 0.9)], [3]),
            }
        )
        {
            optimizer.ParamGroups.Single().LearningRate = optimizer.ParamGroups.Single().InitialLearningRate;
            var jumped = make(optimizer);
            jumped.step(6);
            var rate = jumped.get_last_lr().Single();
            optimizer.ParamGroups.Single().LearningRate = optimizer.ParamGroups.Single().InitialLearningRate;
            var walked = make(optimizer);
            for (var i = 0; i < 6; i++)
            {
                walked.step();
            }
            rate.ShouldBe(walked.get_last_lr().Single(), 1e-12);
        }
    }

    [Fact]
    public void Construction_IllegalArguments_SaysWhich()
    {
        using var sgd = SGD([new Parameter(zeros(1))], 1.0);
        using var other = SGD([new Parameter(zeros(1))], 1.0);
        using var rprop = Rprop([new Parameter(zeros(1))]);
        Should
            .Throw<ArgumentException>(() => SequentialLR(sgd, [StepLR(sgd, 2), StepLR(sgd, 3)], [1, 2]))
            .Message.ShouldContain("expected 1");
        Should
            .Throw<ArgumentException>(() => ChainedLR([StepLR(sgd, 2), StepLR(other, 2)]))
            .Message.ShouldContain("another optimizer");
        Should.Throw<ArgumentException>(() => ChainedLR([])).Message.ShouldContain("at least one");
        Should
            .Throw<InvalidOperationException>(() => CyclicLR(rprop, 0.1, 1))
            .Message.ShouldContain("cycle_momentum to false");
    }
}

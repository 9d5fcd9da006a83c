using System.Text.Json;
using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace VitNotebooks.Torch.Tests.optim_;

/// <summary>Ten steps of each optimizer within 1e-6 of Python's, and every schedule's learning rates.</summary>
[Collection(Alone.Name)]
public sealed class OptimizerOracleTests
{
    private static readonly Dictionary<string, Func<Parameter[], Optimizer>> s_optimizers = new()
    {
        ["AdamW"] = p => AdamW(p, 1e-2, weight_decay: 0.05),
        ["AdamW double"] = p => AdamW(p, 1e-2, weight_decay: 0.05),
        ["AdamW groups"] = p =>
            AdamW(
                [
                    new AdamW.ParamGroup(p[..1], new AdamW.Options { weight_decay = 0.3, LearningRate = 1e-3 }),
                    new AdamW.ParamGroup(p[1..], new AdamW.Options()),
                ],
                1e-2,
                0.8,
                0.95,
                weight_decay: 0
            ),
        ["AdamW amsgrad"] = p => AdamW(p, 1e-2, weight_decay: 0.01, amsgrad: true, maximize: true),
        ["Adam"] = p => Adam(p, 1e-2, weight_decay: 0.05),
        ["SGD"] = p => SGD(p, 1e-2, weight_decay: 0.05),
        ["SGD momentum"] = p => SGD(p, 1e-2, momentum: 0.9, dampening: 0.1, weight_decay: 0.05),
        ["SGD nesterov"] = p => SGD(p, 1e-2, momentum: 0.9, nesterov: true, weight_decay: 0.05),
        ["SGD nesterov double"] = p => SGD(p, 1e-2, momentum: 0.9, nesterov: true, weight_decay: 0.05),
    };

    private static readonly Dictionary<string, Func<Optimizer, lr_scheduler.LRScheduler>> s_schedules = new()
    {
        ["LambdaLR"] = o => lr_scheduler.LambdaLR(o, e => Math.Pow(0.9, e)),
        ["StepLR"] = o => lr_scheduler.StepLR(o, 4, 0.3),
        ["MultiStepLR"] = o => lr_scheduler.MultiStepLR(o, [2, 7], 0.3),
        ["ExponentialLR"] = o => lr_scheduler.ExponentialLR(o, 0.8),
        ["CosineAnnealingLR"] = o => lr_scheduler.CosineAnnealingLR(o, 10, 0.01),
        ["LinearLR"] = o => lr_scheduler.LinearLR(o, 0.1, 1.0, 5),
        ["ConstantLR"] = o => lr_scheduler.ConstantLR(o, 0.25, 5),
        ["OneCycleLR"] = o => lr_scheduler.OneCycleLR(o, 2.0, total_steps: 12),
        ["OneCycleLR linear"] = o =>
            lr_scheduler.OneCycleLR(
                o,
                2.0,
                epochs: 3,
                steps_per_epoch: 4,
                anneal_strategy: lr_scheduler.impl.OneCycleLR.AnnealStrategy.Linear,
                three_phase: true
            ),
    };

    private static readonly Lazy<JsonDocument> s_oracle = new(() =>
        PythonOracle.RunJson("nn_optim.py", TimeSpan.FromSeconds(60))
    );

    public static TheoryData<string> Optimizers => [.. s_optimizers.Keys];

    public static TheoryData<string> Schedules => [.. s_schedules.Keys];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Step_TenTimes_EqualsPythons(string name)
    {
        using var scope = NewDisposeScope();
        var type = name.EndsWith("double", StringComparison.Ordinal) ? ScalarType.Float64 : ScalarType.Float32;
        manual_seed(3);
        Parameter[] parameters = [new(randn([40, 17], dtype: type)), new(randn([5], dtype: type))];
        using var optimizer = s_optimizers[name](parameters);
        for (var step = 0; step < 10; step++)
        {
            manual_seed(100 + step);
            foreach (var parameter in parameters)
            {
                parameter.grad = randn(parameter.shape, dtype: type);
            }
            optimizer.step();
        }
        var expected = s_oracle.Value.RootElement.GetProperty("steps").GetProperty(name);
        for (var i = 0; i < parameters.Length; i++)
        {
            double[] wanted = [.. expected[i].EnumerateArray().Select(v => v.GetDouble())];
            double[] given = [.. parameters[i].detach().to(ScalarType.Float64).data<double>()];
            wanted.Length.ShouldBe(given.Length);
            var scale = wanted.Max(Math.Abs);
            (wanted.Zip(given, (w, g) => Math.Abs(w - g)).Max() / scale).ShouldBeLessThanOrEqualTo(1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Schedule_EachStep_HasPythonsRateAndMomentum(string name)
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(zeros(1));
        using var optimizer = SGD([parameter], 0.5, momentum: 0.9);
        var schedule = s_schedules[name](optimizer);
        var group = (SGD.ParamGroup)optimizer.ParamGroups.Single();
        foreach (var expected in s_oracle.Value.RootElement.GetProperty("rates").GetProperty(name).EnumerateArray())
        {
            group.LearningRate.ShouldBe(expected[0].GetDouble(), 1e-12);
            group.Momentum.ShouldBe(expected[1].GetDouble(), 1e-12);
            schedule.get_last_lr().Single().ShouldBe(group.LearningRate);
            schedule.step();
        }
    }
}

using System.Reflection;
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

/// <summary>Twenty steps of each optimizer with several options near Python's bits, and saving in the middle, from one table.</summary>
[Collection(Alone.Name)]
public sealed class OptimizerTableTests
{
    /// <param name="Python">Python's name, and ours unless <see cref="OurName"/> says otherwise.</param>
    /// <param name="Text">Options as <c>name=value, ...</c>; after a bar those of a group for the first parameter alone.</param>
    private sealed record Case(string Python, string Text, string Dtype)
    {
        public string Name => $"{Python}({Text}) {Dtype}";
        public string OurName => Python == "RMSprop" ? "RMSProp" : Python;
        public Dictionary<string, object> Options { get; } = Parse(Text.Split('|')[0]);
        public Dictionary<string, object>? Group { get; } = Text.Contains('|') ? Parse(Text.Split('|')[1]) : null;

        private static Dictionary<string, object> Parse(string text) =>
            text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(o => o.Split('='))
                .ToDictionary(o => o[0], o => bool.TryParse(o[1], out var flag) ? (object)flag : double.Parse(o[1]));
    }

    private static readonly Case[] s_cases =
    [
        .. Each("ASGD", "lr=0.01", "lr=0.1, lambd=0.02, alpha=0.6, t0=4, weight_decay=0.1, maximize=true"),
        .. Each("Adadelta", "lr=1", "lr=0.5, rho=0.8, eps=0.0001, weight_decay=0.1, maximize=true | rho=0.5"),
        .. Each(
            "Adagrad",
            "lr=0.1",
            "lr=0.1, lr_decay=0.1, weight_decay=0.1, initial_accumulator_value=0.3, eps=0.001"
        ),
        .. Each(
            "Adam",
            "lr=0.01, amsgrad=true",
            "lr=0.01, weight_decay=0.1, maximize=true, beta1=0.7, beta2=0.9 | eps=0.1"
        ),
        .. Each("AdamW", "lr=0.01, weight_decay=0", "lr=0.01, weight_decay=0.3, amsgrad=true | lr=0.3"),
        .. Each("Adamax", "lr=0.01", "lr=0.02, beta1=0.7, beta2=0.9, eps=0.01, weight_decay=0.1 | weight_decay=0.5"),
        .. Each("NAdam", "lr=0.01", "lr=0.02, beta1=0.7, beta2=0.9, eps=0.01, weight_decay=0.1, momentum_decay=0.1"),
        .. Each("RAdam", "lr=0.01", "lr=0.02, beta1=0.7, beta2=0.99, eps=0.001, weight_decay=0.1 | lr=0.1"),
        .. Each("RMSprop", "lr=0.01", "lr=0.01, alpha=0.8, eps=0.001, weight_decay=0.1, momentum=0.7, centered=true"),
        .. Each("RMSprop", "lr=0.01, centered=true, maximize=true", "lr=0.02, momentum=0.5 | alpha=0.5"),
        .. Each("Rprop", "lr=0.01", "lr=0.1, etaminus=0.3, etaplus=1.5, min_step=0.02, max_step=0.2, maximize=true"),
        .. Each("SGD", "lr=0.1", "lr=0.1, momentum=0.9, dampening=0.3, weight_decay=0.1, maximize=true | momentum=0.2"),
    ];

    private static readonly Lazy<JsonDocument> s_oracle = new(() =>
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("vitnb-optimizers-").FullName, "cases.json");
        var cases = s_cases.Select(c => new
        {
            name = c.Name,
            python = c.Python,
            options = c.Options,
            group = c.Group,
            dtype = c.Dtype,
        });
        File.WriteAllText(path, JsonSerializer.Serialize(cases));
        return PythonOracle.RunJson("optimizers.py", TimeSpan.FromSeconds(60), path);
    });

    public static TheoryData<string> Names => [.. s_cases.Select(c => c.Name)];

    private static IEnumerable<Case> Each(string python, params string[] options) =>
        from text in options
        from dtype in new[] { "float32", "float64" }
        select new Case(python, text, dtype);

    private static ScalarType TypeOf(Case one) => one.Dtype == "float64" ? ScalarType.Float64 : ScalarType.Float32;

    private static Parameter[] NewParameters(Case one)
    {
        manual_seed(3);
        var type = TypeOf(one);
        return [new(randn([8, 17], dtype: float64).to(type)), new(randn([5], dtype: float64).to(type))];
    }

    /// <summary>The constructor with groups, called by the names of its parameters.</summary>
    private static OptimizerHelper Make(Case one, Parameter[] parameters)
    {
        var type = typeof(AdamW).Assembly.GetType($"TorchSharp.Modules.{one.OurName}", throwOnError: true)!;
        var group = type.GetNestedType("ParamGroup")!;
        ParamGroup NewGroup(IEnumerable<Parameter> some, Dictionary<string, object>? own)
        {
            var options = (OptimizerOptions)Activator.CreateInstance(type.GetNestedType("Options")!)!;
            foreach (var (name, value) in own ?? [])
            {
                if (name == "lr")
                {
                    options.LearningRate = (double)value;
                }
                else
                {
                    options.GetType().GetField(name)!.SetValue(options, value);
                }
            }
            return (ParamGroup)Activator.CreateInstance(group, some, options)!;
        }
        var groups = one.Group is null
            ? new[] { NewGroup(parameters, null) }
            : [NewGroup(parameters[..1], one.Group), NewGroup(parameters[1..], null)];
        var typed = Array.CreateInstance(group, groups.Length);
        groups.CopyTo(typed, 0);
        var constructor = type.GetConstructors()
            .Single(c => c.GetParameters()[0].ParameterType.IsInstanceOfType(typed));
        var arguments = constructor
            .GetParameters()
            .Select(p => p.Position == 0 ? typed : one.Options.GetValueOrDefault(p.Name!, p.DefaultValue!))
            .ToArray();
        one.Options.Keys.ShouldBeSubsetOf(constructor.GetParameters().Select(p => p.Name));
        return (OptimizerHelper)constructor.Invoke(arguments);
    }

    private static void Step(Case one, OptimizerHelper optimizer, Parameter[] parameters, int step)
    {
        manual_seed(100 + step);
        foreach (var parameter in parameters)
        {
            parameter.grad = randn(parameter.shape, dtype: float64).to(TypeOf(one));
        }
        optimizer.step();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_TwentyTimes_EqualsPythons(string name)
    {
        using var scope = NewDisposeScope();
        var one = s_cases.Single(c => c.Name == name);
        var parameters = NewParameters(one);
        using var optimizer = Make(one, parameters);
        for (var step = 0; step < 20; step++)
        {
            Step(one, optimizer, parameters, step);
        }
        // Python keeps NAdam's product and ASGD's rate in single precision.
        var tolerance =
            one.Dtype == "float32" ? 2e-6
            : one.Python is "NAdam" or "ASGD" ? 2e-7
            : 1e-13;
        var expected = s_oracle.Value.RootElement.GetProperty(name);
        for (var i = 0; i < parameters.Length; i++)
        {
            double[] wanted = [.. expected[i].EnumerateArray().Select(v => v.GetDouble())];
            double[] given = [.. parameters[i].detach().to(float64).data<double>()];
            wanted.Length.ShouldBe(given.Length);
            (wanted.Zip(given, (w, g) => Math.Abs(w - g)).Max() / wanted.Max(Math.Abs)).ShouldBeLessThan(tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void StateDict_SavedAndLoadedInTheMiddle_ContinuesWithTheSameBits(string name)
    {
        using var scope = NewDisposeScope();
        var one = s_cases.Single(c => c.Name == name);
        var parameters = new[] { NewParameters(one), NewParameters(one), NewParameters(one) };
        using var straight = Make(one, parameters[0]);
        using var copied = Make(one with { Text = "lr=0.77" }, parameters[1]);
        using var read = Make(one with { Text = one.Text }, parameters[2]);
        for (var step = 0; step < 3; step++)
        {
            Step(one, straight, parameters[0], step);
        }
        using (no_grad())
        {
            for (var i = 0; i < 2; i++)
            {
                parameters[1][i].copy_(parameters[0][i]);
                parameters[2][i].copy_(parameters[0][i]);
            }
        }
        if (one.Group is null)
        {
            // Another rate and options: all of them come from the state.
            copied.load_state_dict(straight.state_dict());
        }
        using (var file = new MemoryStream())
        {
            using var writer = new BinaryWriter(file);
            straight.save_state_dict(writer);
            file.Position = 0;
            using var reader = new BinaryReader(file);
            read.load_state_dict(reader);
            file.Position.ShouldBe(file.Length);
        }
        straight.state_dict().State[0].ApproximatelyEquals(read.state_dict().State[0]).ShouldBeTrue();
        Step(one, straight, parameters[0], 3);
        // Plain SGD remembers nothing.
        straight
            .state_dict()
            .State[0]
            .ApproximatelyEquals(read.state_dict().State[0])
            .ShouldBe(one.Text == "lr=0.1" && one.Python == "SGD");
        Step(one, read, parameters[2], 3);
        Step(one, copied, parameters[1], 3);
        for (var i = 0; i < 2; i++)
        {
            parameters[2][i].Equals(parameters[0][i]).ShouldBeTrue();
            if (one.Group is null)
            {
                parameters[1][i].Equals(parameters[0][i]).ShouldBeTrue();
            }
        }
    }

    [Fact]
    public void LBFGS_FourSteps_EqualsPythons()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var (a, b) = (randn([12, 6], dtype: float64), randn([12], dtype: float64));
        var run = 0;
        foreach (var history in new long[] { 100, 3 })
        {
            Parameter[] x = [new(zeros([4], dtype: float64)), new(zeros([2], dtype: float64))];
            using var optimizer = LBFGS(x, lr: 0.5, max_iter: 7, history_size: history);
            var given = new List<double>();
            for (var step = 0; step < 4; step++)
            {
                given.Add(
                    optimizer
                        .step(() =>
                        {
                            optimizer.zero_grad();
                            var r = a.matmul(cat([.. x])) - b;
                            var loss = r.square().sum() + r.pow(4).sum();
                            loss.backward();
                            return loss;
                        })
                        .ToDouble()
                );
            }
            given.AddRange(cat([.. x]).detach().data<double>());
            var expected = s_oracle.Value.RootElement.GetProperty("LBFGS")[run++];
            given.Zip(expected.EnumerateArray(), (g, e) => Math.Abs(g - e.GetDouble())).Max().ShouldBeLessThan(1e-9);
        }
    }

    [Fact]
    public void Surface_OfEachOptimizer_HasOptionsGroupStateAndFunctions()
    {
        foreach (var name in s_cases.Select(c => c.OurName).Distinct())
        {
            var type = typeof(AdamW).Assembly.GetType($"TorchSharp.Modules.{name}", throwOnError: true)!;
            type.GetNestedTypes().Select(t => t.Name).Order().ShouldBe(["Options", "ParamGroup", "State"]);
            typeof(torch.optim).GetMember(name, BindingFlags.Public | BindingFlags.Static).Length.ShouldBe(3);
        }
    }
}

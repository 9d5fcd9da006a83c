using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Acceleration;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VitNotebooks.Torch.Tests.nn_;

[Collection(Alone.Name)]
public sealed class ModuleTests
{
    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly Linear fc = Linear(4, 4);
        private readonly Parameter scale = Parameter(ones(4));
        private readonly Tensor offset = zeros(4);

        [ComponentName(Name = "renamed")]
        private readonly Module<Tensor, Tensor> activation = ReLU();

        public ModuleList<Linear> Layers { get; } = ModuleList(Linear(4, 4), Linear(4, 4, hasBias: false));

        public Block()
            : base(nameof(Block))
        {
            register_buffer("mask", ones(4), persistent: false);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var x = activation.call(fc.call(input)) * scale + offset;
            foreach (var layer in Layers)
            {
                x = layer.call(x);
            }
            return x;
        }
    }

    private sealed class Outer : Module<Tensor, (Tensor, List<Tensor>)>
    {
        private readonly Block first = new();
        private readonly Block second = new();

        public Outer()
            : base(nameof(Outer)) => RegisterComponents();

        public override (Tensor, List<Tensor>) forward(Tensor input)
        {
            var a = first.call(input);
            var b = second.call(a + 1);
            return (b * 2, [a, b]);
        }
    }

    private sealed record Held(Tensor Kept, Tensor Lost) : IMoveTensors
    {
        public IEnumerable<Tensor> OwnedTensors => [Kept];
    }

    private sealed class Holder() : Module<Tensor, Held>(nameof(Holder))
    {
        public override Held forward(Tensor input) => new(input + 1, input + 2);
    }

    /// <summary>Frees what other tests forgot, which would be freed at any moment and spoil a count.</summary>
    private static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var _ = zeros(1);
    }

    [Fact]
    public void StateDict_OfFields_HasNamesInDeclaredOrder()
    {
        using var module = new Outer();
        string[] names =
        [
            "scale",
            "offset",
            "fc.weight",
            "fc.bias",
            "Layers.0.weight",
            "Layers.0.bias",
            "Layers.1.weight",
        ];
        module.state_dict().Keys.ShouldBe([.. names.Select(n => "first." + n), .. names.Select(n => "second." + n)]);
        module.named_buffers().Select(b => b.name).ShouldContain("first.mask");
        module.named_buffers(include_nonpersistent: false).Select(b => b.name).ShouldNotContain("first.mask");
        module
            .named_modules()
            .Select(m => m.name)
            .Take(4)
            .ShouldBe(["first", "first.fc", "first.renamed", "first.Layers"]);
        module.get_parameter("second.Layers.1.weight")!.shape.ShouldBe([4, 4]);
        module.get_parameter("second.nothing").ShouldBeNull();
        module.has_buffer("first.offset").ShouldBeTrue();
    }

    [Fact]
    public void NamedParameters_SharedModule_ListsEachOnce()
    {
        var shared = Linear(2, 2);
        using var list = ModuleList(shared, shared);
        list.named_parameters().Select(p => p.name).ShouldBe(["0.weight", "0.bias"]);
        list.state_dict().Keys.ShouldBe(["0.weight", "0.bias", "1.weight", "1.bias"]);
    }

    [Fact]
    public void LoadStateDict_NotFitting_NamesEveryFaultAndLoadsNothing()
    {
        using var scope = NewDisposeScope();
        using var module = Linear(3, 2);
        var before = module.weight.clone();
        var fault = Should.Throw<StateDictException>(() =>
            module.load_state_dict(
                new()
                {
                    ["weight"] = ones(2, 4),
                    ["extra"] = ones(1),
                    ["more"] = ones(1),
                }
            )
        );
        fault.Missing.ShouldBe(["bias"]);
        fault.Unexpected.ShouldBe(["extra", "more"]);
        fault.Message.ShouldContain("missing 1: bias");
        fault.Message.ShouldContain("unexpected 2: extra [1], more [1]");
        fault.Message.ShouldContain("weight [2, 4], expected [2, 3]");
        module.weight.Equals(before).ShouldBeTrue();
    }

    [Fact]
    public void LoadStateDict_NotStrictOrSkipped_LoadsTheRest()
    {
        using var scope = NewDisposeScope();
        using var module = Linear(3, 2);
        var (missing, unexpected) = module.load_state_dict(
            new() { ["weight"] = full([2, 3], 7, dtype: ScalarType.Float64), ["extra"] = ones(1) },
            strict: false
        );
        missing.ShouldBe(["bias"]);
        unexpected.ShouldBe(["extra"]);
        module.weight.sum().ToSingle().ShouldBe(42);
        module.weight.requires_grad.ShouldBeTrue();
        module.load_state_dict(new() { ["weight"] = ones(2, 3) }, skip: ["bias"]);
        module.weight.sum().ToSingle().ShouldBe(6);
    }

    [Fact]
    public void Call_WithoutGradients_LeavesParametersAndResultAlone()
    {
        using var module = new Outer();
        using var input = randn(2, 4);
        using var _ = no_grad();
        Settle();
        var before = Tensor.TotalCount;
        var (output, parts) = module.call(input);
        (Tensor.TotalCount - before).ShouldBe(3);
        output.Dispose();
        parts.ForEach(p => p.Dispose());
        Tensor.TotalCount.ShouldBe(before);
    }

    [Fact]
    public void Call_OfSequentialInAScope_MovesOnlyTheResultIntoIt()
    {
        using var module = Sequential(Linear(4, 8), ReLU(), Identity(), Flatten(), Linear(8, 2));
        using var input = randn(3, 4);
        using var scope = NewDisposeScope();
        var output = module.call(input);
        scope.DisposablesCount.ShouldBe(1);
        output.shape.ShouldBe([3, 2]);
        output.sum().backward();
        module.parameters().All(p => p.grad is not null).ShouldBeTrue();
    }

    [Fact]
    public void Call_OfIdentity_LeavesTheInputWhereItIs()
    {
        using var outer = NewDisposeScope();
        var input = ones(2);
        using var module = Sequential(Identity());
        using (NewDisposeScope())
        {
            module.call(input).ShouldBeSameAs(input);
        }
        input.IsInvalid.ShouldBeFalse();
    }

    [Fact]
    public void Call_ResultThatSaysWhatItOwns_KeepsThatAlone()
    {
        using var scope = NewDisposeScope();
        using var module = new Holder();
        var held = module.call(ones(2));
        held.Kept.IsInvalid.ShouldBeFalse();
        held.Lost.IsInvalid.ShouldBeTrue();
    }

    [Fact]
    public void Hooks_RegisteredAndRemoved_SeeAndChangeTheCall()
    {
        using var scope = NewDisposeScope();
        using var module = Linear(2, 2);
        var seen = 0;
        var before = module.register_forward_pre_hook((m, x) => x * 0);
        var after = module.register_forward_hook((m, x, y) => y + 100);
        var plain = module.register_forward_hook(m => seen++);
        module.call(ones(2)).Equals(module.bias! + 100).ShouldBeTrue();
        seen.ShouldBe(1);
        before.remove();
        after.remove();
        plain.remove();
        module.call(ones(2)).allclose(module.forward(ones(2))).ShouldBeTrue();
        seen.ShouldBe(1);
    }

    [Fact]
    public void To_OtherType_KeepsTheSameObjectsAndWholeNumbers()
    {
        using var scope = NewDisposeScope();
        using var module = BatchNorm2d(3);
        var weight = module.weight;
        module.to(ScalarType.Float64).weight.ShouldBeSameAs(weight);
        weight!.dtype.ShouldBe(ScalarType.Float64);
        module.running_mean!.dtype.ShouldBe(ScalarType.Float64);
        module.num_batches_tracked!.dtype.ShouldBe(ScalarType.Int64);
        module.call(randn([2, 3, 4, 4], dtype: ScalarType.Float64)).sum().backward();
        weight.grad!.dtype.ShouldBe(ScalarType.Float64);
        Should.Throw<ArgumentException>(() => module.to(ScalarType.Int64)).Message.ShouldContain("Int64");
    }

    [Fact]
    public void TrainAndEval_ReachEveryModule()
    {
        using var module = Sequential(Dropout(0.5), Sequential(Dropout(0.5)));
        module.eval();
        module.modules().ShouldAllBe(m => !m.training);
        using var x = ones(10);
        module.call(x).Equals(x).ShouldBeTrue();
        module.train();
        module.modules().ShouldAllBe(m => m.training);
    }

    [Fact]
    public void ZeroGrad_LetsGradientsGoOrZeroesThem()
    {
        using var scope = NewDisposeScope();
        using var module = Linear(2, 2);
        module.call(ones(1, 2)).sum().backward();
        module.zero_grad(set_to_none: false);
        module.weight.grad!.abs().sum().ToSingle().ShouldBe(0);
        module.zero_grad();
        module.weight.grad.ShouldBeNull();
    }

    [Fact]
    public void SaveAndLoad_DatFile_RestoresEveryTensor()
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(Directory.CreateTempSubdirectory("vitnb-dat-").FullName, "model.dat");
        using var saved = Sequential(Conv2d(1, 2, 3), BatchNorm2d(2));
        using var loaded = Sequential(Conv2d(1, 2, 3), BatchNorm2d(2));
        saved.call(randn(2, 1, 5, 5));
        saved.save(path);
        var names = new Dictionary<string, bool>();
        loaded.load(path, loadedParameters: names);
        foreach (var (name, tensor) in saved.state_dict())
        {
            loaded.state_dict()[name].Equals(tensor).ShouldBeTrue(name);
            names[name].ShouldBeTrue();
        }
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^5]);
        Should.Throw<InvalidDataException>(() => loaded.load(path)).Message.ShouldContain("truncated");
    }

    [Fact]
    public void RegisterModule_BadNames_AreRefusedWithASentence()
    {
        using var module = new Holder();
        Should.Throw<ArgumentException>(() => module.register_module("a.b", ReLU())).Message.ShouldContain("a.b");
        Should.Throw<ArgumentException>(() => module.register_module("", ReLU()));
        module.register_module("a", ReLU());
        Should.Throw<InvalidOperationException>(() => module.register_module("a", ReLU())).Message.ShouldContain("'a'");
        Should.Throw<InvalidOperationException>(() => ReLU().register_module("a", ReLU()));
    }

    [Fact]
    public void Containers_Changed_RenumberTheirMembers()
    {
        using var list = ModuleList<Module>(Linear(1, 1), ReLU(), Linear(2, 2));
        list.RemoveAt(0);
        list.named_parameters().Select(p => p.name).ShouldBe(["1.weight", "1.bias"]);
        using var parameters = ParameterList(Parameter(ones(1)), Parameter(ones(2)));
        parameters.Insert(0, Parameter(ones(3)));
        parameters.state_dict().Select(p => (p.Key, p.Value.shape[0])).ShouldBe([("0", 3), ("1", 1), ("2", 2)]);
        using var dictionary = ModuleDict(("a", Linear(1, 1)), ("b", Linear(1, 1, hasBias: false)));
        dictionary.Remove("a").ShouldBeTrue();
        dictionary.state_dict().Keys.ShouldBe(["b.weight"]);
        using var named = ParameterDict(("x", Parameter(ones(1))), ("y", Parameter(ones(2))));
        named["x"] = Parameter(ones(4));
        named.state_dict().Select(p => (p.Key, p.Value.shape[0])).ShouldBe([("x", 4), ("y", 2)]);
    }

    [Fact]
    public void BatchNorm_OneValueAChannelInTraining_IsRefused()
    {
        using var module = BatchNorm1d(3);
        Should.Throw<ArgumentException>(() => module.call(ones(1, 3))).Message.ShouldContain("[1, 3]");
        Should.Throw<ArgumentException>(() => module.call(ones(1, 3, 4, 4))).Message.ShouldContain("2 or 3");
    }

    private sealed class Saved : Module<Tensor, Tensor>
    {
        private readonly Linear fc = Linear(3, 2);

        public Saved()
            : base(nameof(Saved)) => RegisterComponents();

        public override Tensor forward(Tensor input) => fc.call(input);
    }

    [Fact]
    public void Create_FromFile_HasItsValues()
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(Directory.CreateTempSubdirectory("vitnb-create-").FullName, "model.dat");
        using var saved = new Saved();
        saved.save(path);
        using var created = Module.Create<Saved>(path).ShouldBeOfType<Saved>();
        created.state_dict()["fc.weight"].Equals(saved.state_dict()["fc.weight"]).ShouldBeTrue();
        using var other = Linear(2, 2);
        other.save(path);
        Should.Throw<StateDictException>(() => Module.Create<Saved>(path)).Missing.ShouldContain("fc.weight");
    }

    [Fact]
    public void Hooks_OfTwoInputs_SeeChangeAndLeaveThem()
    {
        using var scope = NewDisposeScope();
        using var module = PairwiseDistance();
        var zero = zeros(2, 3);
        var order = new List<string>();
        module.register_forward_pre_hook(
            (_, a, b) =>
            {
                order.Add("first");
                return (a, a);
            }
        );
        module.register_forward_pre_hook(
            (_, a, b) =>
            {
                order.Add(ReferenceEquals(a, b) ? "same" : "other");
                return null;
            }
        );
        module.register_forward_pre_hook(_ => order.Add("plain"));
        module.register_forward_hook((_, _, _, result) => result + 5);
        module.register_forward_hook((_, _, _, result) => result * 2);
        module.call(zero + 1, zero).allclose(full(2, 10.0), atol: 1e-4).ShouldBeTrue();
        order.ShouldBe(["first", "same", "plain"]);
    }

    [Fact]
    public void Hooks_ThatThrow_LeaveScopesAndModuleUsable()
    {
        using var scope = NewDisposeScope();
        using var module = Linear(2, 2);
        var bad = module.register_forward_pre_hook(_ => throw new InvalidOperationException("mine"));
        Should.Throw<InvalidOperationException>(() => module.call(ones(2))).Message.ShouldBe("mine");
        DisposeScope.Current.ShouldBeSameAs(scope);
        bad.remove();
        bad.remove();
        module.call(ones(2)).shape.ShouldBe([2]);
    }

    [Fact]
    public void Names_WithAndWithoutRecursion_AreThePythonOnes()
    {
        using var module = Sequential(("a", Linear(2, 2)), ("b", Sequential(("c", BatchNorm1d(2)))));
        module.named_parameters(recurse: false).ShouldBeEmpty();
        module.parameters().Count().ShouldBe(4);
        module.named_modules().Select(m => m.name).ShouldBe(["a", "b", "b.c"]);
        module.named_children().Select(m => m.name).ShouldBe(["a", "b"]);
        module.children().Count().ShouldBe(2);
        module
            .named_buffers()
            .Select(b => b.name)
            .ShouldBe(["b.c.running_mean", "b.c.running_var", "b.c.num_batches_tracked"]);
        module.named_buffers(recurse: false).ShouldBeEmpty();
        module.buffers().Count().ShouldBe(3);
        module.state_dict(prefix: "p").Keys.First().ShouldBe("p.a.weight");
        var seen = new List<string>();
        module.apply(m => seen.Add(m.GetName()));
        seen.ShouldBe(["Linear", "BatchNorm1d", "Sequential", "Sequential"]);
    }

    [Fact]
    public void RegisterModule_Null_RemovesTheModule()
    {
        using var module = Sequential(("a", Linear(2, 2)), ("b", Linear(2, 2)));
        module.register_module("a", null);
        module.state_dict().Keys.ShouldBe(["b.weight", "b.bias"]);
    }

    [Fact]
    public void Training_Steps_LeaveTheNumberOfLiveTensorsFlat()
    {
        using var module = new Outer();
        using var optimizer = optim.AdamW(module.parameters(), 1e-3);
        using var input = randn(2, 4);
        void Step()
        {
            using var scope = NewDisposeScope();
            var (output, _) = module.call(input);
            output.square().mean().backward();
            Fused.ClipGradNorm(module.parameters(), 1);
            optimizer.step();
            module.zero_grad();
        }
        Step();
        Settle();
        var before = Memory.LiveTensors;
        for (var i = 0; i < 50; i++)
        {
            Step();
        }
        Memory.LiveTensors.ShouldBe(before);
    }
}

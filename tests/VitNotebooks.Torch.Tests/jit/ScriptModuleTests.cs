using System.Text.Json;
using Shouldly;
using TorchSharp;
using VitNotebooks.Files;
using VitNotebooks.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.jit_;

/// <summary>The scripts that tests/oracles/jit.py writes, made once a test run.</summary>
public sealed class PythonScripts : IDisposable
{
    private readonly Lazy<JsonDocument> _known;

    public PythonScripts() =>
        _known = new(() => PythonOracle.RunJson("jit.py", TimeSpan.FromSeconds(120), "write", Folder));

    public string Folder { get; } = Directory.CreateTempSubdirectory("vitnb-jit-").FullName;

    public JsonElement Known => _known.Value.RootElement;

    public string this[string name]
    {
        get
        {
            _ = _known.Value;
            return Path.Combine(Folder, name);
        }
    }

    public void Dispose()
    {
        if (_known.IsValueCreated)
        {
            _known.Value.Dispose();
        }
        Directory.Delete(Folder, recursive: true);
    }
}

public sealed class ScriptModuleTests(PythonScripts python) : IClassFixture<PythonScripts>
{
    private static void ShouldBe(Tensor actual, JsonElement expected)
    {
        var values = expected.EnumerateArray().Select(v => v.GetDouble()).ToArray();
        using var doubles = actual.detach().to(ScalarType.Float64).flatten();
        var seen = doubles.data<double>().ToArray();
        seen.Length.ShouldBe(values.Length);
        for (var i = 0; i < seen.Length; i++)
        {
            seen[i].ShouldBe(values[i], 1e-5 * (1 + Math.Abs(values[i])));
        }
    }

    private static Tensor Input() => linspace(-1, 1, 8).reshape(2, 4);

    [Theory]
    [InlineData("net.pt")]
    [InlineData("traced.pt")]
    public void Forward_OutputAndGradients_ArePythons(string name)
    {
        using var scope = NewDisposeScope();
        using var module = jit.load<Tensor, Tensor>(python[name]);
        module.training.ShouldBeFalse();
        var x = Input().requires_grad_();
        var y = module.call(x);
        ShouldBe(y, python.Known.GetProperty("output"));
        y.square().sum().backward();
        ShouldBe(x.grad!, python.Known.GetProperty("input grad"));
        foreach (var (parameter, values) in module.named_parameters())
        {
            ShouldBe(values.grad!, python.Known.GetProperty("grads").GetProperty(parameter));
        }
    }

    [Fact]
    public void Names_ParametersBuffersChildren_ArePythons()
    {
        using var scope = NewDisposeScope();
        using var module = jit.load(python["net.pt"]);
        module
            .named_parameters()
            .Select(p => p.name)
            .ShouldBe(
                python.Known.GetProperty("names").EnumerateArray().Select(n => n.GetString()!),
                ignoreOrder: true
            );
        module
            .state_dict()
            .Keys.ShouldBe(
                python.Known.GetProperty("state").EnumerateArray().Select(n => n.GetString()!),
                ignoreOrder: true
            );
        module.named_children().Select(c => c.name).ShouldBe(["body", "head"]);
        module.named_modules().Select(c => c.name).ShouldContain("body.1");
        module.GetName().ShouldBe("Net");
        module.GetNumberOfInputs().ShouldBe(1);
        module.GetNumberOfOutputs().ShouldBe(1);
        module.named_attributes(recurse: false).Select(a => a.Item1).ShouldContain("scale");
        using var tied = jit.load(python["tied.pt"]);
        tied.parameters().Count().ShouldBe(1);
    }

    [Fact]
    public void TrainAndEval_SwitchDropoutAndStatistics()
    {
        using var scope = NewDisposeScope();
        using var module = jit.load<Tensor, Tensor>(python["net.pt"]);
        var before = module.state_dict()["body.1.running_mean"].clone();
        module.train();
        module.training.ShouldBeTrue();
        module.children().First().training.ShouldBeTrue();
        _ = module.call(Input());
        module.state_dict()["body.1.running_mean"].Equals(before).ShouldBeFalse();
        module.eval();
        module.call(Input()).Equals(module.call(Input())).ShouldBeTrue();
    }

    [Fact]
    public void StateOptimizerAndMove_ReachTheScript()
    {
        using var scope = NewDisposeScope();
        using var module = jit.load<Tensor, Tensor>(python["net.pt"]);
        using var optimizer = optim.SGD(module.parameters(), 0.01);
        var before = module.call(Input());
        var losses = new List<float>();
        for (var step = 0; step < 5; step++)
        {
            optimizer.zero_grad();
            var loss = module.call(Input()).square().sum();
            losses.Add(loss.ToSingle());
            loss.backward();
            optimizer.step();
        }
        losses[^1].ShouldBeLessThan(losses[0]);
        module.load_state_dict(PthFile.LoadStateDict(python["plain.pth"]));
        module.call(Input()).allclose(before).ShouldBeTrue();
        module.set_attribute("scale", tensor(4f));
        module.call(Input()).allclose(before * 2).ShouldBeTrue();
        module.get_buffer("scale")!.ToSingle().ShouldBe(4);
        module.to(ScalarType.Float64);
        module.call(Input().to(ScalarType.Float64)).dtype.ShouldBe(ScalarType.Float64);
        Should.Throw<TorchException>(() => module.set_attribute("none", tensor(1f))).Message.ShouldContain("'none'");
    }

    [Fact]
    public void Invoke_EveryKindOfValue_CrossesBothWays()
    {
        using var scope = NewDisposeScope();
        using var module = jit.load(python["values.pt"]);
        var (sum, twice) = module.invoke<(Tensor, long)>("pair", ones(2), 3);
        sum.Equals(full([2], 4f)).ShouldBeTrue();
        twice.ShouldBe(6);
        module.invoke("pair", ones(1), 3).ShouldBeOfType<(Tensor, long)>().Item2.ShouldBe(6);
        module
            .invoke<(string, double[])>("nested", (1, ("a", 2.5)))
            .ShouldBeOfType<(string, double[])>()
            .Item2.ShouldBe([2.5, 1]);
        module.invoke<Tensor>("total", new List<Tensor> { ones(2), ones(2) }).Equals(full([2], 2f)).ShouldBeTrue();
        module.invoke("split", ones(3, 2)).ShouldBeOfType<Tensor[]>().Length.ShouldBe(3);
        module.invoke<IList<Tensor>>("split", ones(3, 2)).Count.ShouldBe(3);
        module.invoke<int[]>("numbers", new[] { 1, 2 }).ShouldBe([2, 3]);
        module.invoke<long[]>("numbers", Array.Empty<long>()).ShouldBeEmpty();
        var table = new Dictionary<string, Tensor> { ["a"] = ones(1) };
        module.invoke<Dictionary<string, Tensor>>("table", table)["aa"].ToSingle().ShouldBe(2);
        module.invoke("table", table).ShouldBeOfType<Dictionary<string, Tensor>>();
        module.invoke<Tensor?>("maybe", [null]).ShouldBeNull();
        module.invoke<Tensor>("maybe", ones(1)).ToSingle().ShouldBe(2);
        module.invoke<Device>("place", new Device("cpu")).type.ShouldBe(DeviceType.CPU);
        module.invoke<bool>("flag", true).ShouldBeFalse();
        module.invoke<Tensor, Tensor>("forward", ones(2)).Equals(ones(2)).ShouldBeTrue();
        module.forward(ones(2)).ShouldBeOfType<Tensor>();
        using var typed = jit.load<Tensor>(python["values.pt"]);
        typed.call(ones(2)).Equals(ones(2)).ShouldBeTrue();
    }

    [Fact]
    public void Invoke_WhatGoesWrong_IsATypedSentence()
    {
        using var scope = NewDisposeScope();
        using var module = jit.load(python["values.pt"]);
        Should.Throw<TorchException>(() => module.invoke("none")).Message.ShouldContain("no method 'none'");
        Should.Throw<TorchException>(() => module.invoke("numbers", "text")).Message.ShouldContain("numbers");
        Should.Throw<TorchException>(() => module.invoke("pair", ones(1))).Message.ShouldContain("n");
        Should
            .Throw<TorchException>(() => module.invoke("fails", ones(2)))
            .Message.ShouldContain("the sum is positive");
        Should
            .Throw<TorchException>(() => module.invoke("fails", -ones(2)))
            .Message.ShouldContain("shape '[7, 7]' is invalid");
        Should
            .Throw<InvalidCastException>(() => module.invoke<string>("pair", ones(1), 3))
            .Message.ShouldContain("tuple of 2");
        Should
            .Throw<ArgumentException>(() => module.invoke("total", new Version(1, 2)))
            .Message.ShouldContain("Version");
        module.Dispose();
        Should.Throw<ObjectDisposedException>(() => module.invoke("flag", true));
    }

    [Fact]
    public void Hooks_SeeAndChangeInputAndResult()
    {
        using var scope = NewDisposeScope();
        using var module = jit.load<Tensor, Tensor>(python["values.pt"]);
        var before = module.register_forward_pre_hook((_, x) => x * 2);
        var after = module.register_forward_hook((_, _, y) => y + 1);
        module.call(ones(1)).ToSingle().ShouldBe(3);
        module.forward(ones(1)).ToSingle().ShouldBe(1);
        before.remove();
        after.remove();
        module.call(ones(1)).ToSingle().ShouldBe(1);
    }

    [Fact]
    public void Save_PythonLoadsIt_WithTheValuesOfNow()
    {
        using var scope = NewDisposeScope();
        using var module = jit.load<Tensor, Tensor>(python["net.pt"]);
        using (no_grad())
        {
            module.get_parameter("head.weight")!.mul_(3);
        }
        var folder = Directory.CreateTempSubdirectory("vitnb-saved-");
        try
        {
            var path = Path.Combine(folder.FullName, "saved.pt");
            jit.save(module, path);
            using var seen = PythonOracle.RunJson("jit.py", TimeSpan.FromSeconds(60), "read", folder.FullName);
            ShouldBe(module.call(Input()), seen.RootElement);
            var bytes = new byte[new FileInfo(path).Length + 4096];
            jit.save(module, bytes);
            Should
                .Throw<ArgumentException>(() => jit.save(module, new byte[10]))
                .Message.ShouldContain("the array has 10");
            using var again = jit.load<Tensor, Tensor>(File.ReadAllBytes(path));
            again.call(Input()).Equals(module.call(Input())).ShouldBeTrue();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Load_FileThatIsNone_IsASentence()
    {
        Should.Throw<FileNotFoundException>(() => jit.load(Path.Combine(python.Folder, "none.pt")));
        Should.Throw<TensorFileException>(() => jit.load(python["plain.pth"])).Message.ShouldContain("PthFile.Load");
        Should.Throw<TensorFileException>(() => jit.load("no archive"u8.ToArray())).Message.ShouldContain("memory");
        var bytes = File.ReadAllBytes(python["net.pt"]);
        Should.Throw<TensorFileException>(() => jit.load(bytes[..(bytes.Length / 2)]));
        // The source of the program, which is stored as it is.
        var at = bytes.AsSpan().IndexOf("def forward"u8);
        if (at > 0)
        {
            bytes[at] = (byte)'@';
            Should.Throw<TensorFileException>(() => jit.load(bytes)).Message.ShouldContain("libtorch does not load");
        }
    }

    [Fact]
    public void Compile_SourceOfFunctions_Runs()
    {
        using var scope = NewDisposeScope();
        using var unit = jit.compile(
            """
            def relu_script(a, b):
                return torch.relu(a + b)
            def add_i(x: int, y: int) -> int:
                return x + y
            """
        );
        unit.invoke<Tensor>("relu_script", ones(2), -ones(2) * 3).Equals(zeros(2)).ShouldBeTrue();
        unit.invoke<long>("add_i", 1, 2).ShouldBe(3);
        unit.invoke<int, int>("add_i", 1, 2).ShouldBe(3);
        ((Tensor)unit.invoke("relu_script", ones(1), ones(1))).ToSingle().ShouldBe(2);
        Should.Throw<TorchException>(() => unit.invoke("none")).Message.ShouldContain("no function 'none'");
        Should.Throw<TorchException>(() => jit.compile("def f(x:\n  return")).Message.ShouldContain("jit.compile");
    }
}

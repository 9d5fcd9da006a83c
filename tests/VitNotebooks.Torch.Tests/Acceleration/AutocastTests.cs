using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Acceleration;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VitNotebooks.Torch.Tests.Acceleration;

/// <summary>Autocast on the CPU: what runs in which type, scopes, and that training stays with float32's.</summary>
[Collection(Alone.Name)]
public sealed class AutocastTests
{
    private const ScalarType Short = ScalarType.BFloat16;
    private const ScalarType Full = ScalarType.Float32;

    private static Tensor Real(params long[] shape) => randn(shape);

    private static Tensor Half(params long[] shape) => randn(shape).to(Short);

    private static Tensor Labels() => tensor(new long[] { 1, 0, 3 });

    // What PyTorch 2.6 documents for the CPU (notes "CPU Op-Specific Behavior"), and what its kernels return where it has no rule.
    private static readonly Dictionary<string, (Func<Tensor> Run, ScalarType Result)> s_operations = new()
    {
        ["linear"] = (() => F.linear(Real(3, 4), Real(5, 4), Real(5)), Short),
        ["matmul"] = (() => Real(3, 4).matmul(Real(4, 2)), Short),
        ["mm"] = (() => Real(3, 4).mm(Real(4, 2)), Short),
        ["bmm"] = (() => Real(2, 3, 4).bmm(Real(2, 4, 2)), Short),
        ["addmm"] = (() => addmm(Real(3, 2), Real(3, 4), Real(4, 2), 1, 1), Short),
        ["baddbmm"] = (() => Real(2, 3, 2).baddbmm(Real(2, 3, 4), Real(2, 4, 2)), Short),
        ["conv1d"] = (() => F.conv1d(Real(1, 2, 8), Real(3, 2, 3)), Short),
        ["conv2d"] = (() => F.conv2d(Real(1, 2, 8, 8), Real(3, 2, 3, 3)), Short),
        ["scaled_dot_product_attention"] = (
            () => F.scaled_dot_product_attention(Real(1, 2, 3, 4), Real(1, 2, 3, 4), Real(1, 2, 3, 4)),
            Short
        ),
        ["layer_norm of bfloat16"] = (() => F.layer_norm(Half(3, 4), [4], Real(4), Real(4)), Short),
        ["layer_norm of float32"] = (() => F.layer_norm(Real(3, 4), [4], Real(4), Real(4)), Full),
        ["group_norm of bfloat16"] = (() => F.group_norm(Half(3, 4), 2, Real(4), Real(4)), Short),
        ["softmax of bfloat16"] = (() => F.softmax(Half(3, 4), -1), Short),
        ["softmax of float32"] = (() => F.softmax(Real(3, 4), -1), Full),
        ["softmax into float32"] = (() => F.softmax(Half(3, 4), -1, Full), Full),
        ["gelu of bfloat16"] = (() => F.gelu(Half(3, 4)), Short),
        ["relu of bfloat16"] = (() => F.relu(Half(3, 4)), Short),
        ["add of both"] = (() => Half(3, 4) + Real(3, 4), Full),
        ["mul of both"] = (() => Half(3, 4) * Real(4), Full),
        ["cat of both"] = (() => cat([Half(3, 4), Real(3, 4)]), Full),
        ["cat of bfloat16"] = (() => cat([Half(3, 4), Half(3, 4)]), Short),
        ["stack of both"] = (() => stack([Half(3, 4), Real(3, 4)]), Full),
        ["mean of bfloat16"] = (() => Half(3, 4).mean(), Short),
        ["cross_entropy"] = (() => F.cross_entropy(Half(3, 4), Labels()), Full),
        ["nll_loss"] = (() => F.nll_loss(Half(3, 4), Labels()), Full),
        ["mse_loss"] = (() => F.mse_loss(Half(3, 4), Half(3, 4)), Full),
        ["l1_loss"] = (() => F.l1_loss(Half(3, 4), Half(3, 4)), Full),
        ["smooth_l1_loss"] = (() => F.smooth_l1_loss(Half(3, 4), Half(3, 4)), Full),
        ["kl_div"] = (() => F.kl_div(Half(3, 4), Half(3, 4)), Full),
        ["binary_cross_entropy_with_logits"] = (() => F.binary_cross_entropy_with_logits(Half(3, 4), Half(3, 4)), Full),
        ["prod"] = (() => Half(3, 4).prod(), Full),
        ["cdist"] = (() => cdist(Half(3, 4), Half(2, 4)), Full),
        ["doubles"] = (
            () => F.linear(Real(3, 4).to(ScalarType.Float64), Real(5, 4).to(ScalarType.Float64)),
            ScalarType.Float64
        ),
    };

    public static TheoryData<string> Operations => [.. s_operations.Keys];

    [Theory]
    [MemberData(nameof(Operations))]
    public void On_Operation_RunsInTheTypeOfTheTable(string name)
    {
        using var scope = NewDisposeScope();
        using var _ = Autocast.On(DeviceType.CPU);
        s_operations[name].Run().dtype.ShouldBe(s_operations[name].Result);
    }

    [Fact]
    public void On_EveryOperationThatPythonRuns_HasPythonsType()
    {
        using var answers = PythonOracle.RunJson("autocast.py", TimeSpan.FromMinutes(1));
        var pythons = answers.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);
        pythons.Keys.Order().ShouldBe(s_operations.Keys.Order());
        using var scope = NewDisposeScope();
        using var _ = Autocast.On(DeviceType.CPU);
        foreach (var (name, dtype) in pythons.Where(p => !p.Value.StartsWith("refused", StringComparison.Ordinal)))
        {
            s_operations[name].Run().dtype.ToString().ToLowerInvariant().ShouldBe(dtype, name);
        }
        // What Python cannot run on 1.13 is what has no rule there; a longer list would hide what the test is for.
        pythons.Values.Count(v => v.StartsWith("refused", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public void On_EveryRuleOfTheTable_IsThere()
    {
        string[] table =
        [
            .. "conv1d conv1d.padding conv2d conv2d.padding conv3d conv3d.padding bmm mm baddbmm addmm addbmm linear matmul prelu".Split(
                ' '
            ),
            .. "conv_tbc conv_transpose1d conv_transpose2d.input conv_transpose3d.input avg_pool3d grid_sampler prod trace".Split(
                ' '
            ),
            .. "mse_loss nll_loss cross_entropy_loss l1_loss huber_loss smooth_l1_loss kl_div cdist fft_fft linalg_inv".Split(
                ' '
            ),
            .. "stack cat index_copy layer_norm".Split(' '),
        ];
        table.Where(o => !Autocast.HasRule(o)).ShouldBeEmpty();
        Autocast.HasRule("relu").ShouldBeFalse();
        Autocast.Refusal.ShouldBeNull();
        Autocast.KernelsRefusal.ShouldBeNull();
    }

    [Fact]
    public void On_NestedAndOff_RestoresWhatWas()
    {
        using var scope = NewDisposeScope();
        var (x, w) = (Real(2, 3), Real(4, 3));
        Autocast.IsEnabled(DeviceType.CPU).ShouldBeFalse();
        using (Autocast.On(DeviceType.CPU, Short))
        {
            using (Autocast.Off(DeviceType.CPU))
            {
                F.linear(x, w).dtype.ShouldBe(Full);
                using (Autocast.On(DeviceType.CPU))
                {
                    F.linear(x, w).dtype.ShouldBe(Short);
                }
                Autocast.IsEnabled(DeviceType.CPU).ShouldBeFalse();
            }
            F.linear(x, w).dtype.ShouldBe(Short);
            Autocast.DType(DeviceType.CPU).ShouldBe(Short);
        }
        F.linear(x, w).dtype.ShouldBe(Full);
    }

    [Fact]
    public void On_OtherThread_IsNotTouched()
    {
        using var scope = Autocast.On(DeviceType.CPU);
        var elsewhere = true;
        Exception? refused = null;
        var state = Autocast.Capture();
        var entered = false;
        var thread = new Thread(() =>
        {
            elsewhere = Autocast.IsEnabled(DeviceType.CPU);
            using (state.Enter())
            {
                entered = Autocast.IsEnabled(DeviceType.CPU);
            }
            refused = Record.Exception(scope.Dispose);
        });
        thread.Start();
        thread.Join();
        elsewhere.ShouldBeFalse();
        entered.ShouldBeTrue();
        refused.ShouldBeOfType<InvalidOperationException>().Message.ShouldContain("thread");
        Autocast.IsEnabled(DeviceType.CPU).ShouldBeTrue();
    }

    [Fact]
    public void On_WeightChanged_IsSeenByTheNextScope()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Linear(3, 2);
        var x = Real(4, 3);
        float First(bool change, bool cache)
        {
            using var _ = Autocast.On(DeviceType.CPU, cacheWeights: cache);
            var before = layer.call(x);
            if (change)
            {
                using var __ = no_grad();
                layer.weight!.add_(1);
            }
            return (layer.call(x) - before).abs().max().to(Full).item<float>();
        }
        First(change: true, cache: true).ShouldBe(0); // the copy of the first use
        First(change: true, cache: false).ShouldBeGreaterThan(0);
        var next = F.linear(x, layer.weight!, layer.bias);
        using var on = Autocast.On(DeviceType.CPU);
        (layer.call(x) - next).abs().max().item<float>().ShouldBeLessThan(0.1f);
    }

    [Fact]
    public void On_DtypeOrDeviceThatDoesNotGo_SaysWhatDoes()
    {
        Should
            .Throw<ArgumentException>(() => Autocast.On(DeviceType.CPU, ScalarType.Float64))
            .Message.ShouldContain("BFloat16");
        Should.Throw<ArgumentException>(() => Autocast.On(DeviceType.META)).Message.ShouldContain("CPU or CUDA");
        if (!cuda_is_available())
        {
            Should.Throw<InvalidOperationException>(() => Autocast.On(DeviceType.CUDA)).Message.ShouldContain("CUDA");
        }
    }

    [Fact]
    public void Backward_OfShortForward_GivesFloat32GradientsNearFloat32s()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var model = nn.Sequential(nn.Linear(16, 32), nn.LayerNorm(32), nn.GELU(), nn.Linear(32, 4));
        var x = Real(8, 16);
        var target = Real(8, 4);
        Dictionary<string, Tensor> Gradients(bool on)
        {
            model.zero_grad();
            Tensor loss;
            using (on ? Autocast.On(DeviceType.CPU) : null)
            {
                loss = F.mse_loss(model.call(x), target);
            }
            loss.backward();
            return model.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone());
        }
        var full = Gradients(on: false);
        foreach (var (name, grad) in Gradients(on: true))
        {
            grad.dtype.ShouldBe(Full, name);
            var error = ((grad - full[name]).norm() / full[name].norm()).item<float>();
            error.ShouldBeInRange(1e-6f, 0.03f, name);
        }
    }

    [Fact]
    public void Training_SmallTransformer_StaysWithFloat32()
    {
        var full = Losses(on: false);
        var mixed = Losses(on: true);
        full[^1].ShouldBeLessThan(0.5f * full[0]);
        for (var i = 0; i < full.Length; i++)
        {
            Math.Abs(mixed[i] - full[i]).ShouldBeLessThan(0.03f + 0.03f * full[i], $"step {i}");
        }
        mixed.ShouldNotBe(full);

        static float[] Losses(bool on)
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(11, CPU);
            manual_seed(7);
            using var model = new SmallTransformer();
            using var optimizer = optim.AdamW(model.parameters(), 3e-3);
            var x = randn([9, 16, 12], generator: generator);
            var y = randint(0, 5, [16], dtype: ScalarType.Int64, generator: generator);
            var losses = new float[40];
            for (var i = 0; i < losses.Length; i++)
            {
                using var step = NewDisposeScope();
                Tensor loss;
                using (on ? Autocast.On(DeviceType.CPU) : null)
                {
                    loss = F.cross_entropy(model.call(x).mean([0]), y);
                }
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
                losses[i] = loss.item<float>();
            }
            return losses;
        }
    }

    private sealed class SmallTransformer : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _embed = nn.Linear(12, 32);
        private readonly TransformerEncoder _blocks = nn.TransformerEncoder(
            nn.TransformerEncoderLayer(32, 4, 64, dropout: 0, activation: nn.Activations.GELU),
            2
        );
        private readonly LayerNorm _norm = nn.LayerNorm(32);
        private readonly Linear _head = nn.Linear(32, 5);

        public SmallTransformer()
            : base(nameof(SmallTransformer)) => RegisterComponents();

        public override Tensor forward(Tensor input) =>
            _head.call(_norm.call(_blocks.call(_embed.call(input), null, null)));
    }
}

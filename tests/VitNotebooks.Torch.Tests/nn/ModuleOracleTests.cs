using System.Text.Json;
using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using UnaryModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace VitNotebooks.Torch.Tests.nn_;

/// <summary>Outputs, gradients and running statistics of modules and losses equal Python's on the same libtorch.</summary>
[Collection(DefaultGenerator.Name)]
public sealed class ModuleOracleTests
{
    private const double Tolerance = 2e-6;

    private sealed record Case(Func<nn.Module?> Make, long[][] Shapes, Func<nn.Module?, Tensor[], Tensor> Call);

    private static readonly Dictionary<string, Case> s_cases = Cases();

    private static Dictionary<string, Case> Cases()
    {
        var cases = new Dictionary<string, Case>();
        void Unary(string name, Func<UnaryModule> make, params long[] shape) =>
            cases.Add(name, new(make, [shape], (m, x) => ((UnaryModule)m!).call(x[0])));
        void Attention(
            string name,
            Func<MultiheadAttention> make,
            long[][] shapes,
            Func<MultiheadAttention, Tensor[], Tensor> call
        ) => cases.Add(name, new(make, shapes, (m, x) => call((MultiheadAttention)m!, x)));
        void Loss(string name, long[][] shapes, Func<Tensor[], Tensor> call) =>
            cases.Add(name, new(() => null, shapes, (_, x) => call(x)));

        Unary("Linear", () => nn.Linear(6, 4), 3, 6);
        Unary("Conv1d", () => nn.Conv1d(2, 4, 3, padding: 1L), 2, 2, 8);
        Unary("Conv2d", () => nn.Conv2d(4, 6, 3, stride: 2, padding: 1, groups: 2), 2, 4, 7, 7);
        Unary("Conv2d reflect", () => nn.Conv2d(2, 3, 3, padding: 1L, padding_mode: PaddingModes.Reflect), 1, 2, 5, 5);
        Unary("Conv2d same", () => nn.Conv2d(2, 3, 4, padding: Padding.Same), 1, 2, 5, 5);
        cases.Add(
            "ConvTranspose2d",
            new(
                () => nn.ConvTranspose2d(3, 4, 3, stride: 2, padding: 1),
                [
                    [2, 3, 4, 4],
                ],
                (m, x) => ((ConvTranspose2d)m!).forward(x[0], [8, 8])
            )
        );
        Unary("LayerNorm", () => nn.LayerNorm([3, 4]), 2, 3, 4);
        Unary("GroupNorm", () => nn.GroupNorm(2, 6), 2, 6, 5);
        Unary("BatchNorm2d", () => nn.BatchNorm2d(3), 4, 3, 2, 2);
        Unary("BatchNorm1d eval", () => Eval(nn.BatchNorm1d(3)), 4, 3);
        Unary("InstanceNorm2d", () => nn.InstanceNorm2d(3, affine: true), 2, 3, 4, 4);
        Unary("PReLU", () => nn.PReLU(3), 2, 3, 4);
        Attention(
            "MultiheadAttention",
            () => nn.MultiheadAttention(8, 2),
            [
                [5, 2, 8],
                [4, 2, 8],
                [4, 2, 8],
            ],
            (m, x) => m.call(x[0], x[1], x[2]).Item1
        );
        Attention(
            "MultiheadAttention self",
            () => nn.MultiheadAttention(8, 2),
            [
                [5, 2, 8],
            ],
            (m, x) => m.call(x[0], x[0], x[0]).Item1
        );
        Attention(
            "MultiheadAttention masked",
            () => nn.MultiheadAttention(8, 2, add_bias_kv: true, add_zero_attn: true),
            [
                [4, 2, 8],
            ],
            (m, x) =>
                m.call(
                    x[0],
                    x[0],
                    x[0],
                    tensor(new[] { false, false, false, true, false, false, true, true }).reshape(2, 4),
                    attn_mask: ones(4, 4).triu(1).@bool()
                ).Item1
        );
        Attention(
            "MultiheadAttention weights",
            () => nn.MultiheadAttention(8, 2),
            [
                [4, 2, 8],
            ],
            (m, x) => m.call(x[0], x[0], x[0]).Item2!
        );
        cases.Add(
            "TransformerEncoder",
            new(
                () =>
                    nn.TransformerEncoder(
                        nn.TransformerEncoderLayer(8, 2, 16, dropout: 0, activation: nn.Activations.GELU),
                        2
                    ),
                [
                    [3, 2, 8],
                ],
                (m, x) => ((TransformerEncoder)m!).call(x[0])
            )
        );
        cases.Add(
            "LSTM",
            new(
                () => nn.LSTM(4, 3, 2, batchFirst: true, bidirectional: true),
                [
                    [2, 5, 4],
                ],
                (m, x) => ((LSTM)m!).call(x[0]).Item1
            )
        );
        cases.Add(
            "LSTM state",
            new(
                () => nn.LSTM(4, 3),
                [
                    [5, 2, 4],
                    [1, 2, 3],
                    [1, 2, 3],
                ],
                (m, x) => ((LSTM)m!).call(x[0], (x[1], x[2])).Item3
            )
        );
        cases.Add(
            "GRU",
            new(
                () => nn.GRU(4, 3, 2),
                [
                    [5, 2, 4],
                ],
                (m, x) => ((GRU)m!).call(x[0]).Item1
            )
        );
        Unary("ReLU", () => nn.ReLU(), 3, 5);
        Unary("ReLU6", () => nn.ReLU6(), 3, 5);
        Unary("LeakyReLU", () => nn.LeakyReLU(0.1), 3, 5);
        Unary("GELU", () => nn.GELU(), 3, 5);
        Unary("GELU tanh", () => nn.GELU(GELU.Approximate.tanh), 3, 5);
        Unary("SiLU", () => nn.SiLU(), 3, 5);
        Unary("Sigmoid", () => nn.Sigmoid(), 3, 5);
        Unary("Tanh", () => nn.Tanh(), 3, 5);
        Unary("ELU", () => nn.ELU(0.7), 3, 5);
        Unary("Hardswish", () => nn.Hardswish(), 3, 5);
        Unary("Mish", () => nn.Mish(), 3, 5);
        Unary("Softplus", () => nn.Softplus(2, 3), 3, 5);
        Unary("Softmax", () => nn.Softmax(1), 3, 5);
        Unary("LogSoftmax", () => nn.LogSoftmax(1), 3, 5);
        Unary("Softsign", () => nn.Softsign(), 3, 5);
        Unary("Tanhshrink", () => nn.Tanhshrink(), 3, 5);
        Unary("Softshrink", () => nn.Softshrink(0.3), 3, 5);
        Unary("Hardshrink", () => nn.Hardshrink(0.3), 3, 5);
        Unary("AlphaDropout", () => nn.AlphaDropout(0.4), 3, 5);
        Unary("MaxPool2d", () => nn.MaxPool2d(3, 2, 1), 2, 3, 6, 6);
        Unary("AvgPool2d", () => nn.AvgPool2d(3, 2, 1, count_include_pad: false), 2, 3, 6, 6);
        Unary("AdaptiveAvgPool2d", () => nn.AdaptiveAvgPool2d((3, 2)), 2, 3, 6, 6);
        Unary("AdaptiveMaxPool2d", () => nn.AdaptiveMaxPool2d([3, 2]), 2, 3, 6, 6);
        Unary(
            "Upsample",
            () => nn.Upsample(scale_factor: [2, 1.5], mode: UpsampleMode.Bilinear, align_corners: false),
            2,
            3,
            6,
            6
        );
        Unary("Flatten", () => nn.Flatten(1, 2), 2, 3, 6, 6);
        Unary("Unfold", () => nn.Unfold((2, 3), padding: (1, 0)), 2, 3, 6, 6);

        long[] four = [4, 5];
        var labels = () => tensor(new long[] { 1, 0, 3, 2 });
        Loss("cross_entropy", [four], x => nn.CrossEntropyLoss().call(x[0], labels()));
        Loss("cross_entropy smoothed", [four], x => new CrossEntropyLoss(label_smoothing: 0.1).call(x[0], labels()));
        Loss(
            "cross_entropy of probabilities",
            [four, four],
            x => F.cross_entropy(x[0], F.softmax(x[1], 1), label_smoothing: 0.2, reduction: nn.Reduction.Sum)
        );
        Loss("mse_loss", [four, four], x => nn.MSELoss().call(x[0], x[1]));
        Loss("l1_loss", [four, four], x => nn.L1Loss(nn.Reduction.None).call(x[0], x[1]));
        Loss("smooth_l1_loss", [four, four], x => nn.SmoothL1Loss(beta: 0.5).call(x[0], x[1]));
        Loss("huber_loss", [four, four], x => nn.HuberLoss(0.5).call(x[0], x[1]));
        Loss("binary_cross_entropy", [four, four], x => nn.BCELoss().call(F.sigmoid(x[0]), F.sigmoid(x[1])));
        Loss("binary_cross_entropy_with_logits", [four, four], x => nn.BCEWithLogitsLoss().call(x[0], F.sigmoid(x[1])));
        Loss("nll_loss", [four], x => nn.NLLLoss().call(F.log_softmax(x[0], 1), labels()));
        Loss("kl_div", [four, four], x => nn.KLDivLoss().call(F.log_softmax(x[0], 1), F.log_softmax(x[1], 1)));
        Loss(
            "normalize",
            [
                [3, 4],
            ],
            x => F.normalize(x[0])
        );
        Loss(
            "scaled_dot_product_attention",
            [
                [2, 3, 4],
                [2, 5, 4],
                [2, 5, 6],
            ],
            x => F.scaled_dot_product_attention(x[0], x[1], x[2])
        );
        Loss(
            "interpolate bicubic antialias",
            [
                [1, 2, 8, 8],
            ],
            x => F.interpolate(x[0], size: [3, 5], mode: InterpolationMode.Bicubic, antialias: true)
        );
        Loss(
            "pad reflect",
            [
                [1, 2, 4, 4],
            ],
            x => F.pad(x[0], (1, 2, 2, 1), PaddingModes.Reflect)
        );
        Loss(
            "grid_sample",
            [
                [1, 2, 4, 4],
                [1, 3, 3, 2],
            ],
            x => F.grid_sample(x[0], x[1], padding_mode: GridSamplePaddingMode.Border, align_corners: false)
        );
        return cases;
    }

    private static UnaryModule Eval(UnaryModule module)
    {
        module.eval();
        return module;
    }

    [Fact]
    public void OutputsAndGradients_SameSeed_EqualPythons()
    {
        using var oracle = PythonOracle.RunJson("nn_modules.py", TimeSpan.FromSeconds(60));
        var wrong = new List<string>();
        foreach (var expected in oracle.RootElement.EnumerateObject())
        {
            using var scope = NewDisposeScope();
            manual_seed(7);
            using var module = s_cases[expected.Name].Make();
            var actual = Run(s_cases[expected.Name], module);
            var names = expected.Value.EnumerateObject().Select(v => v.Name).Order().ToList();
            if (!names.SequenceEqual(actual.Keys.Order()))
            {
                wrong.Add(
                    $"{expected.Name}: {string.Join(", ", actual.Keys.Order())}; Python has {string.Join(", ", names)}"
                );
                continue;
            }
            foreach (var value in expected.Value.EnumerateObject())
            {
                var difference = Difference(actual[value.Name], value.Value);
                if (!(difference <= Tolerance))
                {
                    wrong.Add($"{expected.Name}: {value.Name} differs by {difference:g3}");
                }
            }
        }
        wrong.ShouldBeEmpty();
        oracle.RootElement.EnumerateObject().Count().ShouldBe(s_cases.Count);
    }

    private static Dictionary<string, Tensor> Run(Case one, nn.Module? module)
    {
        var inputs = one.Shapes.Select(s => randn(s).requires_grad_()).ToArray();
        var output = one.Call(module, inputs);
        var ramp = arange(output.numel(), dtype: ScalarType.Float32).reshape(output.shape) / output.numel();
        (output * ramp).sum().backward();
        var actual = new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["output"] = output };
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].grad is { } grad)
            {
                actual[$"input{i}.grad"] = grad;
            }
        }
        foreach (var (name, parameter) in module?.named_parameters() ?? [])
        {
            if (parameter.grad is { } grad)
            {
                actual[name + ".grad"] = grad;
            }
        }
        foreach (var (name, buffer) in module?.named_buffers() ?? [])
        {
            actual[name] = buffer;
        }
        return actual;
    }

    /// <summary>The largest difference, relative to the largest expected value; a value that is all noise counts against 1e-3.</summary>
    private static double Difference(Tensor actual, JsonElement expected)
    {
        double[] wanted = [.. expected.EnumerateArray().Select(v => v.GetDouble())];
        double[] given = [.. actual.detach().to(ScalarType.Float64).contiguous().data<double>()];
        if (wanted.Length != given.Length)
        {
            return double.PositiveInfinity;
        }
        var scale = Math.Max(1e-3, wanted.Max(Math.Abs));
        return wanted.Zip(given, (w, g) => Math.Abs(w - g)).Max() / scale;
    }
}

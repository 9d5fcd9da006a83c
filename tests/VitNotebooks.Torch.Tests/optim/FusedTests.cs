using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Acceleration;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace VitNotebooks.Torch.Tests.optim_;

/// <summary>Our kernels against aten's ops in double precision, for every layout, precision and mixture of them.</summary>
public sealed class FusedTests
{
    private static readonly Generator s_generator = new(23);

    private static readonly Dictionary<string, Func<Tensor>> s_kinds = new()
    {
        ["dense"] = () => randn([33, 70], generator: s_generator),
        ["transposed"] = () => randn([70, 33], generator: s_generator).t(),
        ["channels_last"] = () => randn([4, 6, 5, 3], generator: s_generator).permute(0, 3, 1, 2),
        ["with holes"] = () => randn([33, 70], generator: s_generator).slice(1, 0, 70, 2),
        ["a number"] = () => randn([], generator: s_generator),
        ["empty"] = () => randn([0, 4], generator: s_generator),
        ["bfloat16"] = () => randn([33, 70], generator: s_generator).to(ScalarType.BFloat16),
        ["float16"] = () => randn([2100], generator: s_generator).to(ScalarType.Float16),
        ["bfloat16 transposed"] = () => randn([70, 33], generator: s_generator).to(ScalarType.BFloat16).t(),
        ["double"] = () => randn([33, 70], dtype: ScalarType.Float64, generator: s_generator),
    };

    public static TheoryData<string> Kinds => [.. s_kinds.Keys, "mixed"];

    private static Tensor[] Make(string kind) =>
        kind == "mixed" ? [.. s_kinds.Values.Select(make => make())] : [s_kinds[kind](), s_kinds[kind]()];

    private static Parameter[] Parameters(string kind) => [.. Make(kind).Select(t => new Parameter(t))];

    // In half precision each step rounds its result once. The eps below keeps squares that 16 bits cannot hold out of the quotient.
    private static double Tolerance(Tensor tensor) =>
        tensor.dtype switch
        {
            ScalarType.BFloat16 => 3e-2,
            ScalarType.Float16 => 1e-2,
            ScalarType.Float64 => 1e-12,
            _ => 2e-6,
        };

    private static void ShouldBeNear(Tensor given, Tensor expected, double least = 0)
    {
        var bound = Math.Max(least, Tolerance(given));
        given.to(ScalarType.Float64).allclose(expected, rtol: bound, atol: bound).ShouldBeTrue($"{given.dtype}");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Step_OfAnyKind_IsThatOfDoubles(string kind)
    {
        foreach (
            var make in new Func<IEnumerable<Parameter>, OptimizerHelper>[]
            {
                p => AdamW(p, 0.01, eps: 1e-3, weight_decay: 0.1),
                p => Adam(p, 0.01, eps: 1e-3, weight_decay: 0.1, amsgrad: true, maximize: true),
                p => SGD(p, 0.01, momentum: 0.9, weight_decay: 0.1, nesterov: true),
                p => SGD(p, 0.01, momentum: 0.9, dampening: 0.3, maximize: true),
                p => SGD(p, 0.01),
            }
        )
        {
            using var scope = NewDisposeScope();
            var given = Parameters(kind);
            Parameter[] exact = [.. given.Select(p => new Parameter(p.detach().to(ScalarType.Float64, copy: true)))];
            using var one = make(given);
            using var two = make(exact);
            for (var step = 0; step < 4; step++)
            {
                for (var i = 0; i < given.Length; i++)
                {
                    given[i].grad = randn_like(given[i].detach());
                    exact[i].grad = given[i].grad!.to(ScalarType.Float64);
                }
                var versions = given.Select(Version).ToArray();
                one.step();
                two.step();
                for (var i = 0; i < given.Length; i++)
                {
                    Version(given[i]).ShouldBeGreaterThan(versions[i]);
                }
            }
            for (var i = 0; i < given.Length; i++)
            {
                ShouldBeNear(given[i].detach(), exact[i].detach());
            }
        }
    }

    private static long Version(Tensor tensor) => tensor.Version;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Ema_OfAnyKind_IsThatOfDoubles(string kind)
    {
        using var scope = NewDisposeScope();
        var averages = Make(kind);
        var sources = Make(kind);
        Tensor[] exact =
        [
            .. averages.Zip(sources, (a, s) => (a.to(ScalarType.Float64) * 0.9) + (s.to(ScalarType.Float64) * 0.1)),
        ];
        var versions = averages.Select(Version).ToArray();
        Fused.Ema(averages, sources, 0.9);
        for (var i = 0; i < averages.Length; i++)
        {
            ShouldBeNear(averages[i], exact[i]);
            Version(averages[i]).ShouldBeGreaterThan(versions[i]);
        }
    }

    [Fact]
    public void Ema_OfCountersAndOtherPrecisions_CopiesAndConverts()
    {
        using var scope = NewDisposeScope();
        Tensor[] averages = [tensor(3L), ones(5), ones([5], dtype: ScalarType.Float64)];
        Fused.Ema(averages, [tensor(9L), zeros([5], dtype: ScalarType.BFloat16), zeros(5)], 0.75);
        averages[0].ToInt64().ShouldBe(9);
        averages[1].sum().ToSingle().ShouldBe(3.75f);
        averages[2].sum().ToDouble().ShouldBe(3.75);
        Fused.Ema([], [], 0.9);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ClipGradNorm_OfAnyKind_IsThatOfDoubles(string kind)
    {
        foreach (var limit in new[] { 1e6, 0.5 })
        {
            using var scope = NewDisposeScope();
            var parameters = Parameters(kind);
            foreach (var parameter in parameters)
            {
                parameter.grad = randn_like(parameter.detach());
            }
            Tensor[] exact = [.. parameters.Select(p => p.grad!.to(ScalarType.Float64, copy: true))];
            var norm = cat([.. exact.Select(e => e.flatten())]).norm().ToDouble();
            var given = Fused.ClipGradNorm(parameters, limit);
            given.dtype.ShouldBe(ScalarType.Float32);
            given.ToDouble().ShouldBe(norm, (1e-5 * norm) + 1e-12);
            for (var i = 0; i < parameters.Length; i++)
            {
                ShouldBeNear(parameters[i].grad!, exact[i] * Math.Min(1, limit / (norm + 1e-6)), 1e-6);
            }
        }
    }

    [Fact]
    public void ClipGradNorm_OfNothing_IsZero()
    {
        using var scope = NewDisposeScope();
        Fused.ClipGradNorm([], 1).ToSingle().ShouldBe(0);
        Fused.ClipGradNorm([new Parameter(ones(3))], 1).ToSingle().ShouldBe(0);
        AdamW([new Parameter(ones(3))]).step();
        SGD(Array.Empty<Parameter>(), 0.1).step();
    }
}

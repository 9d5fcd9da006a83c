using System.Text.Json;
using Shouldly;
using TorchSharp;
using VitNotebooks.Acceleration;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace VitNotebooks.Torch.Tests.distributions_;

/// <summary>Densities, entropies, moments and seeded draws, as Python's, and that no tensor is left behind.</summary>
[Collection(Alone.Name)]
public sealed class DistributionTests
{
    private sealed record Case(Func<Distribution> Make, Func<Tensor> Value);

    private static Tensor Row(params double[] values) => tensor(values);

    private static Tensor Rows() => Row(0.2, 0.5, 0.3, 0.1, 0.1, 0.8).reshape(2, 3);

    private static Tensor Spread() => Row(2, 0.3, 0.1, 0.3, 1, -0.2, 0.1, -0.2, 0.7).reshape(3, 3);

    private static Tensor A() => Row(0.5, 1.5, 3.0);

    private static Tensor B() => Row(2.0, 0.7, 1.1);

    private static readonly Dictionary<string, Case> s_cases = new()
    {
        ["Normal"] = new(() => Normal(A(), B()), () => Row(0.1, 0.2, 4)),
        ["Normal broadcast"] = new(() => Normal(A(), Row(2)), () => Row(0.1, 0.2, 4)),
        ["Uniform"] = new(() => Uniform(A(), A() + B()), () => Row(0.6, 9, 3.5)),
        ["Laplace"] = new(() => Laplace(A(), B()), () => Row(0.1, 0.2, 4)),
        ["Cauchy"] = new(() => Cauchy(A(), B()), () => Row(0.1, 0.2, 4)),
        ["Exponential"] = new(() => Exponential(B()), () => Row(0.1, 0.2, 4)),
        ["Gamma"] = new(() => Gamma(A(), B()), () => Row(0.1, 0.2, 4)),
        ["Chi2"] = new(() => Chi2(B()), () => Row(0.1, 0.2, 4)),
        ["Beta"] = new(() => Beta(A(), B()), () => Row(0.1, 0.2, 0.9)),
        ["Dirichlet"] = new(() => Dirichlet(Rows() * 7), () => Rows().flip(0)),
        ["Poisson"] = new(() => Poisson(B()), () => Row(0, 2, 5)),
        ["Bernoulli"] = new(() => Bernoulli(Row(0.2, 0.5, 0.9)), () => Row(0, 1, 1)),
        ["Bernoulli logits"] = new(() => Bernoulli(logits: Row(-1, 0.3, 2)), () => Row(0, 1, 1)),
        ["Geometric"] = new(() => Geometric(Row(0.2, 0.5, 0.9)), () => Row(0, 1, 4)),
        ["Geometric logits"] = new(() => Geometric(logits: Row(-1, 0.3, 2)), () => Row(0, 1, 4)),
        ["Categorical"] = new(() => Categorical(Rows()), () => Row(2, 1)),
        ["Categorical logits"] = new(() => Categorical(logits: Rows().log() + 3), () => Row(2, 1)),
        ["OneHotCategorical"] = new(() => OneHotCategorical(Rows()), () => Row(0, 0, 1, 1, 0, 0).reshape(2, 3)),
        ["Binomial"] = new(() => Binomial(tensor(7), Row(0.2, 0.5, 0.9)), () => Row(0, 3, 7)),
        ["Binomial logits"] = new(() => Binomial(tensor(7), logits: Row(-1, 0.3, 2)), () => Row(0, 3, 7)),
        ["NegativeBinomial"] = new(() => NegativeBinomial(Row(3, 1, 8), Row(0.2, 0.5, 0.9)), () => Row(0, 3, 7)),
        ["NegativeBinomial logits"] = new(
            () => NegativeBinomial(Row(3, 1, 8), logits: Row(-1, 0.3, 2)),
            () => Row(0, 3, 7)
        ),
        ["Multinomial"] = new(() => Multinomial(6, Rows()), () => Row(1, 2, 3, 0, 0, 6).reshape(2, 3)),
        ["FisherSnedecor"] = new(() => FisherSnedecor(A() + 2, B() * 3), () => Row(0.1, 0.2, 4)),
        ["MultivariateNormal"] = new(() => MultivariateNormal(Rows(), Spread()), () => Rows() + 1),
        ["MultivariateNormal precision"] = new(
            () => MultivariateNormal(Rows(), precision_matrix: Spread()),
            () => Rows() + 1
        ),
        ["MultivariateNormal factor"] = new(
            () => MultivariateNormal(Rows(), scale_tril: Spread().tril()),
            () => Rows() + 1
        ),
        ["Independent"] = new(() => Independent(Normal(Rows(), Rows() * 2), 1), () => Rows() + 1),
    };

    private static readonly Lazy<JsonDocument> s_oracle = new(() =>
        PythonOracle.RunJson("distributions.py", TimeSpan.FromSeconds(60))
    );

    public static TheoryData<string> Names => [.. s_cases.Keys];

    private static void ShouldBe(Func<Tensor> given, JsonElement expected, string what, double tolerance = 1e-9)
    {
        if (expected.ValueKind == JsonValueKind.Null)
        {
            return;
        }
        var wanted = expected
            .EnumerateArray()
            .Select(v => v.ValueKind == JsonValueKind.String ? Special(v.GetString()!) : v.GetDouble())
            .ToArray();
        double[] values = [.. given().detach().to(float64).flatten().contiguous().data<double>()];
        values.Length.ShouldBe(wanted.Length, what);
        for (var i = 0; i < wanted.Length; i++)
        {
            if (double.IsFinite(wanted[i]))
            {
                values[i].ShouldBe(wanted[i], tolerance * (1 + Math.Abs(wanted[i])), $"{what} {i}");
            }
            else
            {
                values[i].ShouldBe(wanted[i], $"{what} {i}");
            }
        }
    }

    private static double Special(string text) =>
        text switch
        {
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            _ => double.NaN,
        };

    [Theory]
    [MemberData(nameof(Names))]
    public void Distribution_Everything_IsPythons(string name)
    {
        using var scope = NewDisposeScope();
        var expected = s_oracle.Value.RootElement.GetProperty(name);
        var (make, value) = s_cases[name];
        using var given = make();
        ShouldBe(() => given.log_prob(value()), expected.GetProperty("log_prob"), "log_prob");
        ShouldBe(() => given.cdf(value()), expected.GetProperty("cdf"), "cdf");
        ShouldBe(() => given.icdf(tensor(0.3)), expected.GetProperty("icdf"), "icdf");
        // Python takes the multinomial's factorial in single precision.
        var loose = name == "Multinomial" ? 1e-6 : 1e-9;
        ShouldBe(() => given.entropy(), expected.GetProperty("entropy"), "entropy", loose);
        ShouldBe(() => given.mean, expected.GetProperty("mean"), "mean");
        ShouldBe(() => given.mode, expected.GetProperty("mode"), "mode");
        ShouldBe(() => given.variance, expected.GetProperty("variance"), "variance");
        ShouldBe(() => given.stddev, expected.GetProperty("stddev"), "stddev");
        ShouldBe(() => given.enumerate_support(), expected.GetProperty("support"), "support");
        manual_seed(11);
        ShouldBe(() => given.sample(5), expected.GetProperty("sample"), "sample");
        manual_seed(11);
        ShouldBe(() => given.rsample(5), expected.GetProperty("rsample"), "rsample");
        var shapes = expected.GetProperty("shapes");
        long[] Shape(int i) => [.. shapes[i].EnumerateArray().Select(s => s.GetInt64())];
        given.batch_shape.Shape.ShouldBe(Shape(0));
        given.event_shape.Shape.ShouldBe(Shape(1));
        using var larger = given.expand(new Size(4) + given.batch_shape);
        larger.sample(3).shape.ShouldBe(Shape(2));
        if (expected.GetProperty("entropy").ValueKind != JsonValueKind.Null)
        {
            larger.entropy()[2].allclose(given.entropy()).ShouldBeTrue();
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Distribution_UsedAndDisposed_LeavesNoTensors(string name)
    {
        using var outer = NewDisposeScope();
        var value = s_cases[name].Value();
        // The parameters that the cases make belong to this scope; what the methods make beside their results is counted.
        using var given = s_cases[name].Make();
        // What tests before this one forgot is freed now, and not between two counts.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        zeros(1).Dispose();
        var before = Memory.LiveTensors;
        foreach (
            var call in new Func<Tensor>[]
            {
                () => given.log_prob(value),
                () => given.mean,
                () => given.variance,
                () => given.stddev,
                () => given.sample(2),
                () => given.rsample(2),
            }
        )
        {
            using var result = call();
            Memory.LiveTensors.ShouldBe(before + 1);
        }
        using (var larger = given.expand(new Size(4) + given.batch_shape))
        {
            larger.batch_shape.Length.ShouldBe(given.batch_shape.Length + 1);
        }
        if (name != "Independent")
        {
            Memory.LiveTensors.ShouldBe(before);
        }
    }

    [Fact]
    public void Rsample_OfANormal_CarriesTheGradient()
    {
        using var scope = NewDisposeScope();
        var (loc, scale) = (zeros(1000).requires_grad_(), ones(1000).requires_grad_());
        using var given = Normal(loc, scale);
        var drawn = given.rsample();
        drawn.sum().backward();
        loc.grad!.allclose(ones(1000)).ShouldBeTrue();
        scale.grad!.allclose(drawn.detach()).ShouldBeTrue();
        given.sample().requires_grad.ShouldBeFalse();
    }

    [Fact]
    public void Sample_WithAGenerator_LeavesTheDefaultAlone()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var expected = rand(3);
        manual_seed(1);
        using var given = Uniform(zeros(4), ones(4), new Generator(9));
        using var same = Uniform(zeros(4), ones(4), new Generator(9));
        given.sample(2).Equals(same.sample(2)).ShouldBeTrue();
        rand(3).Equals(expected).ShouldBeTrue();
    }

    [Fact]
    public void Construction_OfBothOrNeither_SaysSo()
    {
        using var scope = NewDisposeScope();
        Should.Throw<ArgumentException>(() => Bernoulli(ones(1), ones(1))).Message.ShouldContain("got both");
        Should.Throw<ArgumentException>(() => Categorical((Tensor?)null)).Message.ShouldContain("got none");
        Should.Throw<NotSupportedException>(() => Poisson(1.0).entropy()).Message.ShouldContain("Poisson");
    }
}

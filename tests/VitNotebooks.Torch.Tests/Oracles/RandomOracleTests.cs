using System.Security.Cryptography;
using System.Text.Json;
using Shouldly;
using TorchSharp;
using VitNotebooks.Oracles;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VitNotebooks.Torch.Tests.Oracles;

/// <summary>Random numbers are, bit for bit, what Python's PyTorch draws on the same libtorch (tests/oracles/rng.py).</summary>
[Collection(Alone.Name)]
public sealed class RandomOracleTests : IClassFixture<RandomOracleTests.Reference>
{
    private static readonly int[] Sizes = [1, 7, 15, 16, 17, 33, 1000, 100003];
    private static readonly ScalarType[] Floats =
    [
        ScalarType.Float32,
        ScalarType.Float64,
        ScalarType.Float16,
        ScalarType.BFloat16,
    ];

    private readonly Reference reference;

    public RandomOracleTests(Reference reference) => this.reference = reference;

    private static readonly string[] OperationNames =
    [
        "randn",
        "rand",
        "normal_",
        "uniform_",
        "bernoulli_",
        "randint",
        "randperm",
        "dropout",
        "multinomial",
        "seed",
        "sequence",
        "generator",
        "default",
    ];

    public static TheoryData<string> Operations => [.. OperationNames];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Draw_AfterManualSeed_GivesPythonsBits(string operation)
    {
        using var scope = NewDisposeScope();
        var drawn = new Dictionary<string, string>();
        foreach (var (name, tensor) in Draw(operation))
        {
            drawn.Add(name, Describe(tensor));
        }

        var expected = reference.Cases.Where(c => c.Key.StartsWith(operation + "/", StringComparison.Ordinal)).ToList();
        expected.ShouldNotBeEmpty();
        drawn.Keys.Order().ShouldBe(expected.Select(c => c.Key).Order());
        foreach (var (name, value) in expected)
        {
            drawn[name].ShouldBe(value, name);
        }
    }

    [Fact]
    public void Reference_AllCases_AreCoveredByTheOperations()
    {
        reference.Cases.Keys.Select(name => name.Split('/')[0]).Distinct().ShouldBe(OperationNames, ignoreOrder: true);
    }

    [CheckedInFact]
    public void Reference_MadeAfresh_EqualsTheValuesCheckedIn()
    {
        var count = 0;
        foreach (var entry in CheckedInValues.Exact("random").EnumerateObject())
        {
            reference.Cases[entry.Name].ShouldEndWith(" " + entry.Value.GetString(), Case.Sensitive, entry.Name);
            count++;
        }
        count.ShouldBeGreaterThan(100);
    }

    private static IEnumerable<(string Name, Tensor Value)> Draw(string operation) =>
        operation switch
        {
            "randn" => OfFloats(operation, (size, dtype) => randn(size, dtype: dtype)),
            "rand" => OfFloats(operation, (size, dtype) => rand(size, dtype: dtype)),
            "normal_" => OfFloats(operation, (size, dtype) => empty(size, dtype: dtype).normal_(-0.5, 0.02)),
            "uniform_" => OfFloats(operation, (size, dtype) => empty(size, dtype: dtype).uniform_(-2, 3)),
            "bernoulli_" => OfFloats(
                operation,
                (size, dtype) => empty(size, dtype: dtype).bernoulli_(0.3),
                except: ScalarType.Float16 // libtorch 1.13 has none for it
            ),
            "randint" => Integers(),
            "randperm" => Permutations(),
            "dropout" => Dropouts(),
            "multinomial" => Multinomials(),
            "seed" => Seeds(),
            "sequence" => Sequence(),
            "generator" => OwnGenerator(),
            "default" => DefaultState(),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "no such operation"),
        };

    private static IEnumerable<(string, Tensor)> OfFloats(
        string operation,
        Func<long, ScalarType, Tensor> draw,
        ScalarType? except = null
    )
    {
        foreach (var size in Sizes)
        {
            foreach (var dtype in Floats.Where(dtype => dtype != except))
            {
                manual_seed(1234);
                yield return ($"{operation}/{PythonName(dtype)}/{size}", draw(size, dtype));
            }
        }
    }

    private static IEnumerable<(string, Tensor)> Integers()
    {
        foreach (var size in Sizes)
        {
            foreach (var dtype in new[] { ScalarType.Int64, ScalarType.Int32, ScalarType.Byte })
            {
                manual_seed(1234);
                yield return (
                    $"randint/{PythonName(dtype)}/{size}",
                    randint(3L, 200L, new long[] { size }, dtype: dtype)
                );
            }
        }
        manual_seed(1234);
        yield return ("randint/wide/100", randint(0L, 1L << 40, new long[] { 100 }, dtype: ScalarType.Int64));
    }

    private static IEnumerable<(string, Tensor)> Permutations()
    {
        foreach (var size in Sizes)
        {
            foreach (var dtype in new[] { ScalarType.Int64, ScalarType.Int32 })
            {
                manual_seed(1234);
                yield return ($"randperm/{PythonName(dtype)}/{size}", randperm(size, dtype: dtype));
            }
        }
    }

    private static IEnumerable<(string, Tensor)> Dropouts()
    {
        foreach (var size in Sizes)
        {
            foreach (var dtype in new[] { ScalarType.Float32, ScalarType.Float64 })
            {
                var ones = torch.ones((long)size, dtype: dtype);
                manual_seed(1234);
                yield return ($"dropout/{PythonName(dtype)}/{size}", F.dropout(ones, 0.1, true));
            }
        }
    }

    private static IEnumerable<(string, Tensor)> Multinomials()
    {
        foreach (var size in Sizes.Where(size => size <= 1000))
        {
            foreach (var replacement in new[] { true, false })
            {
                var weights = arange(1, size + 1, dtype: ScalarType.Float32);
                manual_seed(1234);
                yield return (
                    $"multinomial/{(replacement ? "with" : "without")}/{size}",
                    multinomial(weights, Math.Max(1, size / 2), replacement)
                );
            }
        }
    }

    private static IEnumerable<(string, Tensor)> Seeds()
    {
        foreach (var seed in new[] { 0L, 1L, (1L << 31) - 1, (1L << 32) + 5, 1L << 62, -1L, -(1L << 40) })
        {
            manual_seed(seed);
            yield return ($"seed/{seed}", randn(20L));
        }
    }

    private static IEnumerable<(string, Tensor)> Sequence()
    {
        manual_seed(99);
        for (var step = 0; step < 3; step++)
        {
            yield return ($"sequence/{step}/randn3", randn(3L));
            yield return ($"sequence/{step}/randint", randint(0L, 10L, new long[] { 5 }, dtype: ScalarType.Int64));
            yield return ($"sequence/{step}/randn17", randn(17L));
            yield return ($"sequence/{step}/randperm", randperm(11));
            yield return ($"sequence/{step}/dropout", F.dropout(torch.ones(4L, 5L), 0.5, true));
            yield return ($"sequence/{step}/double", randn(1L, dtype: ScalarType.Float64));
        }
    }

    private static IEnumerable<(string, Tensor)> OwnGenerator()
    {
        using var own = new Generator(0);
        own.manual_seed(7);
        yield return ("generator/randn", randn(40L, generator: own));
        var state = own.get_state();
        yield return ("generator/next", Below1000());
        own.set_state(state);
        yield return ("generator/again", Below1000());
        yield return ("generator/randperm", randperm(40, generator: own));

        Tensor Below1000() => randint(0L, 1000L, new long[] { 40 }, dtype: ScalarType.Int64, generator: own);
    }

    private static IEnumerable<(string, Tensor)> DefaultState()
    {
        manual_seed(5);
        yield return ("default/get_rng_state", get_rng_state());
    }

    private static string PythonName(ScalarType dtype) =>
        dtype switch
        {
            ScalarType.Byte => "uint8",
            _ => dtype.ToString().ToLowerInvariant(),
        };

    private static string Describe(Tensor tensor)
    {
        var bytes = tensor.bytes;
        var head = Convert.ToHexStringLower(bytes[..Math.Min(32, bytes.Length)]);
        return $"{Convert.ToHexStringLower(SHA256.HashData(bytes))} {head}";
    }

    /// <summary>The script's output, made once for all tests of the class.</summary>
    public sealed class Reference
    {
        public Reference()
        {
            using var json = PythonOracle.RunJson("rng.py", TimeSpan.FromMinutes(2));
            foreach (var entry in json.RootElement.GetProperty("cases").EnumerateObject())
            {
                Cases.Add(
                    entry.Name,
                    $"{entry.Value.GetProperty("sha256").GetString()} {entry.Value.GetProperty("head").GetString()}"
                );
            }
        }

        /// <summary>Case name to hash and first bytes.</summary>
        public Dictionary<string, string> Cases { get; } = [];
    }
}

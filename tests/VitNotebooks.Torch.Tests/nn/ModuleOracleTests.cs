using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using TorchSharp;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.nn_;

/// <summary>
/// Outputs, gradients, buffers and state dict names of the modules and functions of <see cref="OracleTable"/> equal Python's on
/// the same libtorch; what Python refuses, we refuse.
/// </summary>
[Collection(Alone.Name)]
public sealed class ModuleOracleTests
{
    private static readonly Lazy<JsonDocument> s_python = new(RunPython);

    private static JsonDocument RunPython()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("vitnb-oracle-").FullName, "cases.json");
        File.WriteAllText(
            file,
            JsonSerializer.Serialize(
                OracleTable.Cases.Select(c => new
                {
                    name = c.Name,
                    make = c.PythonModule,
                    call = c.PythonCall,
                    shapes = c.Shapes,
                })
            )
        );
        return PythonOracle.RunJson("nn_table.py", TimeSpan.FromSeconds(120), file);
    }

    [Fact]
    public void Table_EveryCase_HasANameOfItsOwn() =>
        OracleTable.Cases.GroupBy(c => c.Name).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty();

    /// <summary>Whoever adds a module or a function adds a case, here or in another file of this folder.</summary>
    [Fact]
    public void Tests_EveryModuleAndFunction_IsCalled()
    {
        var folder = Path.Combine(PythonOracle.Folder, "..", "VitNotebooks.Torch.Tests", "nn");
        var sources = string.Concat(Directory.EnumerateFiles(folder, "*.cs").Select(File.ReadAllText));
        static IEnumerable<string> Names(Type type) =>
            type.GetMethods(BindingFlags.Public | BindingFlags.Static).Select(m => m.Name).Distinct();
        var modules = Names(typeof(nn)).Where(n => !Regex.IsMatch(sources, $@"(\bnn\.|[^.\w]){n}[(<]"));
        var functions = Names(typeof(nn.functional)).Where(n => !sources.Contains($"F.{n}(", StringComparison.Ordinal));
        modules.Concat(functions).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("float32", 2e-6)]
    [InlineData("float64", 1e-12)]
    [InlineData("bfloat16", 3e-2)]
    [InlineData("noncontiguous", 2e-6)]
    [InlineData("transposed gradient", 2e-4)] // sums in another order, where 1e-3 is the least scale
    [InlineData("empty", 2e-6)]
    [InlineData("eval", 2e-6)]
    public void OutputsAndGradients_SameSeed_EqualPythons(string variant, double tolerance)
    {
        // Python's own gradients are not to be trusted there: see Native/repairs.h.
        var expected = s_python.Value.RootElement.GetProperty(variant == "transposed gradient" ? "float32" : variant);
        var wrong = new List<string>();
        foreach (var one in OracleTable.Cases)
        {
            if (expected.TryGetProperty(one.Name, out var values))
            {
                wrong.AddRange(
                    Faults(one, variant, values, Exact(one, variant), tolerance).Select(f => $"{one.Name}: {f}")
                );
            }
        }
        wrong.ShouldBeEmpty();
        expected
            .EnumerateObject()
            .Count()
            .ShouldBe(OracleTable.Cases.Count(c => variant != "eval" || c.PythonModule is not null));
    }

    /// <summary>What bfloat16 rounds: the same weights and inputs in float32; null for the other variants, and where it failed.</summary>
    private static JsonElement? Exact(OracleCase one, string variant) =>
        variant == "bfloat16"
        && s_python.Value.RootElement.GetProperty("rounded").TryGetProperty(one.Name, out var values)
        && !values.TryGetProperty("error", out _)
            ? values
            : null;

    private static List<string> Faults(
        OracleCase one,
        string variant,
        JsonElement expected,
        JsonElement? exact,
        double tolerance
    )
    {
        using var scope = NewDisposeScope();
        var refused = expected.TryGetProperty("error", out var refusal);
        try
        {
            var (actual, shape, state) = Run(one, variant);
            // Python composes some functions from ops without this type; ours may come from others.
            return refused && refusal.GetString()!.Contains("not implemented for 'BFloat16'", StringComparison.Ordinal)
                    ? []
                : refused ? [$"gave [{string.Join(", ", shape)}]; Python refuses: {refusal.GetString()}"]
                : [.. Differences(actual, shape, state, expected, exact, tolerance)];
        }
        catch (Exception fault) when (fault is not NullReferenceException)
        {
            return refused ? [] : [$"threw {fault.GetType().Name}: {fault.Message}"];
        }
    }

    private static IEnumerable<string> Differences(
        Dictionary<string, Tensor> actual,
        long[] shape,
        IEnumerable<string>? state,
        JsonElement expected,
        JsonElement? exact,
        double tolerance
    )
    {
        var given = expected.GetProperty("shape").EnumerateArray().Select(v => v.GetInt64());
        if (!given.SequenceEqual(shape))
        {
            yield return $"shape [{string.Join(", ", shape)}]; Python's [{string.Join(", ", given)}]";
        }
        if (state is not null)
        {
            var names = expected.GetProperty("state").EnumerateArray().Select(v => v.GetString()!).ToList();
            if (!names.SequenceEqual(state))
            {
                yield return $"state {string.Join(", ", state)}; Python's {string.Join(", ", names)}";
            }
        }
        var tensors = expected.EnumerateObject().Where(v => v.Name is not ("shape" or "state")).ToList();
        if (!tensors.Select(v => v.Name).Order().SequenceEqual(actual.Keys.Order()))
        {
            yield return $"{string.Join(", ", actual.Keys.Order())}; Python has {string.Join(", ", tensors.Select(v => v.Name).Order())}";
            yield break;
        }
        foreach (var value in tensors)
        {
            var difference = Difference(actual[value.Name], value.Value);
            if (!(difference <= tolerance || RoundsNoWorse(actual[value.Name], value, exact)))
            {
                yield return $"{value.Name} differs by {difference:g3}";
            }
        }
    }

    private static (Dictionary<string, Tensor> Values, long[] Shape, IEnumerable<string>? State) Run(
        OracleCase one,
        string variant
    )
    {
        manual_seed(7);
        using var module = one.Make();
        ScalarType? type =
            variant == "float64" ? ScalarType.Float64
            : variant == "bfloat16" ? ScalarType.BFloat16
            : null;
        if (type is { } dtype)
        {
            module?.to(dtype);
        }
        module?.train(variant != "eval");
        var leaves = new Tensor[one.Shapes.Length];
        var given = new Tensor[one.Shapes.Length];
        for (var i = 0; i < leaves.Length; i++)
        {
            var shape = variant == "empty" ? [0, .. one.Shapes[i][1..]] : one.Shapes[i];
            leaves[i] = randn(variant == "noncontiguous" ? [.. shape, 2] : shape).to(type ?? ScalarType.Float32);
            leaves[i].requires_grad_();
            given[i] = variant == "noncontiguous" ? leaves[i].select(-1, 1) : leaves[i];
        }
        var output = one.Call(module, given);
        var count = output.numel();
        var ramp = arange(count, dtype: ScalarType.Float32).reshape(output.shape) / Math.Max(1, count);
        if (variant == "transposed gradient" && ramp.Dimensions > 1)
        {
            ramp = ramp.transpose(0, -1).contiguous().transpose(0, -1);
        }
        if (output.requires_grad)
        {
            Array.ForEach(leaves, leaf => full(leaf.shape, double.NaN, dtype: leaf.dtype).Dispose());
            (output * ramp.to(output.dtype)).sum().backward();
        }
        // The module is disposed of; what is compared must not be its own tensors.
        var actual = new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["output"] = output.detach().clone() };
        for (var i = 0; i < leaves.Length; i++)
        {
            if (leaves[i].grad is { } grad)
            {
                actual[$"input{i}.grad"] = grad;
            }
        }
        foreach (var (name, parameter) in module?.named_parameters() ?? [])
        {
            if (parameter.grad is { } grad)
            {
                actual[name + ".grad"] = grad.is_sparse ? grad.to_dense() : grad;
            }
        }
        foreach (var (name, buffer) in module?.named_buffers() ?? [])
        {
            actual[name] = buffer.clone();
        }
        return (actual, output.shape, module?.state_dict().Keys.ToList());
    }

    // Where bfloat16 is added up in another order (libtorch's fused attention, ours) both are off: ours by no more than Python's.
    private static bool RoundsNoWorse(Tensor actual, JsonProperty pythons, JsonElement? exact)
    {
        if (exact is not { } truth || !truth.TryGetProperty(pythons.Name, out var values))
        {
            return false;
        }
        using var python = tensor([.. pythons.Value.EnumerateArray().Select(Number)], dtype: ScalarType.Float64);
        var (ours, theirs) = (Difference(actual, values), Difference(python, values));
        return ours <= 1.5 * theirs;
    }

    /// <summary>The largest difference, relative to the largest expected value; a value that is all noise counts against 1e-3.</summary>
    private static double Difference(Tensor actual, JsonElement expected)
    {
        double[] wanted = [.. expected.EnumerateArray().Select(Number)];
        double[] given = [.. actual.detach().to(ScalarType.Float64).contiguous().data<double>()];
        if (wanted.Length != given.Length)
        {
            return double.PositiveInfinity;
        }
        var finite = wanted.Where(double.IsFinite).Select(Math.Abs);
        var scale = Math.Max(1e-3, finite.DefaultIfEmpty(0).Max());
        // Equals, so that infinities and not-a-numbers in the same places count as equal.
        return wanted.Zip(given, (w, g) => w.Equals(g) ? 0 : Math.Abs(w - g)).DefaultIfEmpty(0).Max() / scale;
    }

    private static double Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : value.GetString() switch
            {
                "inf" => double.PositiveInfinity,
                "-inf" => double.NegativeInfinity,
                _ => double.NaN,
            };
}

using System.Reflection;
using System.Text.Json;
using Shouldly;
using TorchSharp;
using VitNotebooks.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests;

/// <summary>Values and gradients of tensor operations are Python's on the same libtorch (tests/oracles/ops.py).</summary>
public sealed class OperationsOracleTests(OperationsOracleTests.Reference reference)
    : IClassFixture<OperationsOracleTests.Reference>,
        IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>Runs the script once for all tests.</summary>
    public sealed class Reference : IDisposable
    {
        private readonly JsonDocument _json = PythonOracle.RunJson("ops.py", TimeSpan.FromMinutes(2));

        public JsonElement Root => _json.RootElement;

        public void Dispose() => _json.Dispose();
    }

    [Fact]
    public void MethodsOfOneTensor_EachForm_AreThoseOfPython() => CompareMethods("unary");

    [Fact]
    public void MethodsOfTwoTensors_EachForm_AreThoseOfPython() => CompareMethods("binary");

    [Fact]
    public void Expressions_WrittenInBothLanguages_Agree()
    {
        var expected = reference.Root.GetProperty("cases");
        var faults = new List<string>();
        var table = OperationsTable.Cases(Input);
        table
            .Keys.Order(StringComparer.Ordinal)
            .ShouldBe(expected.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        foreach (var (name, expression) in table)
        {
            Tensor[] leaves = [Leaf("a"), Leaf("b")];
            Collect(faults, name, expected.GetProperty(name), leaves, () => expression(leaves[0], leaves[1]));
        }
        faults.ShouldBeEmpty();
    }

    [Fact]
    public void NestedFunctions_OfOneTensor_AreThoseOfPython()
    {
        var faults = new List<string>();
        foreach (var entry in reference.Root.GetProperty("nested").EnumerateArray())
        {
            var name = entry.GetProperty("name").GetString()!;
            var module = typeof(torch).GetNestedType(entry.GetProperty("module").GetString()!)!;
            var input = entry.GetProperty("inputs")[0].GetString()!;
            if (Find(module, name, [typeof(Tensor)], BindingFlags.Static) is { } function)
                Collect(faults, $"{module.Name}.{name}", entry, [Leaf(input)], l => Invoke(function, null, l));
            else
                faults.Add($"{module.Name} has no function {name}");
        }
        faults.ShouldBeEmpty();
    }

    // Each as a method, as a function of torch, and where there is one in place: the names are the link.
    private void CompareMethods(string section)
    {
        var faults = new List<string>();
        var forms = 0;
        foreach (var entry in reference.Root.GetProperty(section).EnumerateArray())
        {
            var name = entry.GetProperty("name").GetString()!;
            var inputs = entry.GetProperty("inputs").EnumerateArray().Select(e => e.GetString()!).ToArray();
            if (OperationsTable.OtherNames.TryGetValue(name, out var special))
            {
                Collect(faults, name, entry, [Leaf(inputs[0])], leaves => special(leaves[0]));
                forms++;
                continue;
            }
            var rest = Enumerable.Repeat(typeof(Tensor), inputs.Length - 1).ToArray();
            var method = Find(typeof(Tensor), name, rest, BindingFlags.Instance);
            if (method is null)
            {
                faults.Add($"{name}: Tensor has no such method");
                continue;
            }
            Collect(faults, name, entry, Leaves(inputs), l => Invoke(method, l[0], l[1..]));
            forms++;
            if (Find(typeof(torch), name, [typeof(Tensor), .. rest], BindingFlags.Static) is { } function)
            {
                Collect(faults, "torch." + name, entry, Leaves(inputs), l => Invoke(function, null, l));
                forms++;
            }
            if (Find(typeof(Tensor), name + "_", rest, BindingFlags.Instance) is { } inPlace)
            {
                using var quiet = no_grad();
                var target = Input(inputs[0]).clone();
                if (target.dtype.ToString() == DTypeOf(entry).ToString())
                {
                    Invoke(inPlace, target, Leaves(inputs)[1..]).ShouldBeSameAs(target);
                    Check(faults, name + "_", entry, target);
                    forms++;
                }
            }
        }
        faults.ShouldBeEmpty();
        forms.ShouldBeGreaterThan(section == "unary" ? 200 : 100);
    }

    private static MethodInfo? Find(Type type, string name, Type[] arguments, BindingFlags kind) =>
        type.GetMethods(BindingFlags.Public | BindingFlags.DeclaredOnly | kind)
            .Where(m =>
                m.Name == name
                && m.ReturnType == typeof(Tensor)
                && m.GetParameters() is var p
                && p.Length >= arguments.Length
                && p.Take(arguments.Length).Select(x => x.ParameterType).SequenceEqual(arguments)
                && p.Skip(arguments.Length).All(x => x.IsOptional)
            )
            .MinBy(m => m.GetParameters().Length);

    private static Tensor Invoke(MethodInfo method, Tensor? target, Tensor[] arguments)
    {
        object?[] all =
        [
            .. arguments,
            .. Enumerable.Repeat(Type.Missing, method.GetParameters().Length - arguments.Length),
        ];
        return (Tensor)
            method.Invoke(target, BindingFlags.OptionalParamBinding | BindingFlags.InvokeMethod, null, all, null)!;
    }

    private Tensor Input(string name)
    {
        var entry = reference.Root.GetProperty("inputs").GetProperty(name);
        var size = entry.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64()).ToArray();
        return torch.tensor(Values(entry), size, DTypeOf(entry));
    }

    private Tensor Leaf(string name)
    {
        var input = Input(name);
        return input.is_floating_point() ? input.requires_grad_() : input;
    }

    private Tensor[] Leaves(string[] names) => Array.ConvertAll(names, Leaf);

    private static void Collect(
        List<string> faults,
        string name,
        JsonElement expected,
        Tensor[] leaves,
        Func<Tensor> operation
    ) => Collect(faults, name, expected, leaves, _ => operation());

    private static void Collect(
        List<string> faults,
        string name,
        JsonElement expected,
        Tensor[] leaves,
        Func<Tensor[], Tensor> operation
    )
    {
        try
        {
            var result = operation(leaves);
            Check(faults, name, expected, result);
            if (!expected.TryGetProperty("gradients", out var gradients))
                return;
            var weights = torch.arange(1, result.numel() + 1, dtype: result.dtype).view(result.shape);
            (result * weights).sum().backward();
            for (var i = 0; i < leaves.Length; i++)
            {
                var gradient = gradients[i];
                if (gradient.ValueKind == JsonValueKind.Null)
                    (leaves[i].grad is null).ShouldBeTrue(name);
                else
                    Check(faults, $"gradient {i} of {name}", gradient, leaves[i].grad!);
            }
        }
        catch (Exception error)
            when (error is TargetInvocationException or TorchException or ArgumentException or InvalidOperationException
            )
        {
            faults.Add($"{name}: {(error.InnerException ?? error).Message}");
        }
    }

    private static void Check(List<string> faults, string name, JsonElement expected, Tensor actual)
    {
        using var quiet = no_grad();
        actual = actual.is_complex() ? actual.resolve_conj().view_as_real() : actual;
        var size = expected.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64()).ToArray();
        var type = DTypeOf(expected);
        if (!actual.shape.SequenceEqual(size) || actual.dtype != type)
        {
            faults.Add($"{name}: {actual} instead of {new Size(size)} {type}");
            return;
        }
        var values = actual.clone().to(ScalarType.Float64).contiguous().data<double>().ToArray();
        var wanted = Values(expected);
        for (var i = 0; i < values.Length; i++)
        {
            var (is_, should) = (values[i], wanted[i]);
            if (is_.Equals(should) || Math.Abs(is_ - should) <= 1e-6 * Tolerance(type) * (1 + Math.Abs(should)))
                continue;
            faults.Add($"{name}: element {i} is {is_}, Python says {should}");
            return;
        }
    }

    // Doubles to 1e-11; single precision to 1e-6.
    private static double Tolerance(ScalarType type) => type == ScalarType.Float64 ? 1e-5 : 1;

    private static double[] Values(JsonElement entry) =>
        [
            .. entry
                .GetProperty("values")
                .EnumerateArray()
                .Select(v =>
                    v.ValueKind == JsonValueKind.Number
                        ? v.GetDouble()
                        : v.GetString() switch
                        {
                            "inf" => double.PositiveInfinity,
                            "-inf" => double.NegativeInfinity,
                            _ => double.NaN,
                        }
                ),
        ];

    private static ScalarType DTypeOf(JsonElement entry) =>
        entry.GetProperty("dtype").GetString() switch
        {
            "float64" => ScalarType.Float64,
            "float32" => ScalarType.Float32,
            "int64" => ScalarType.Int64,
            "bool" => ScalarType.Bool,
            var other => throw new InvalidOperationException($"ops.py printed the dtype {other}."),
        };
}

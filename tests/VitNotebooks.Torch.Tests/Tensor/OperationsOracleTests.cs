using System.Reflection;
using System.Runtime.CompilerServices;
using Shouldly;
using TorchSharp;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests;

/// <summary>
/// Values and gradients of every operation are Python's on the same libtorch: each line of tests/oracles/operations.txt, in
/// all dtypes and layouts, through every overload that takes its arguments. Where Python refuses, ours throws a typed exception.
/// </summary>
[Trait("Category", "Slow")]
[Collection(Alone.Name)] // every call draws from the same seed
public sealed class OperationsOracleTests(OperationsOracleTests.Reference reference)
    : IClassFixture<OperationsOracleTests.Reference>
{
    /// <summary>Runs the script once, and every line once, for all tests of the class.</summary>
    public sealed class Reference
    {
        public Reference()
        {
            Oracle = new OperationsOracle();
            foreach (var line in Oracle.Lines)
            {
                new Comparison(this, line).Run();
            }
        }

        internal OperationsOracle Oracle { get; }

        /// <summary>By section: what differs.</summary>
        internal Dictionary<string, List<string>> Faults { get; } = new(StringComparer.Ordinal);

        /// <summary>Methods that gave Python's values at least once.</summary>
        internal HashSet<MethodInfo> Covered { get; } = [];

        internal Dictionary<string, List<OperationForm>> Forms { get; } = new(StringComparer.Ordinal);

        internal int Compared { get; set; }
    }

    public static TheoryData<string> Sections => [.. OperationForms.Classes.Keys];

    [Theory]
    [MemberData(nameof(Sections))]
    public void EveryLine_InAllVariantsAndForms_IsPythons(string section) =>
        Report(reference.Faults.GetValueOrDefault(section, []));

    [Fact]
    public void Table_IsLarge() => reference.Compared.ShouldBeGreaterThan(20_000);

    [Fact]
    public void EveryPublicMethod_IsInTheTable_OrSaysWhyNot()
    {
        var missing = new List<string>();
        foreach (var type in OperationForms.Classes.Values.SelectMany(types => types))
        {
            var covered = reference
                .Covered.Where(m => m.DeclaringType == type)
                .Select(m => m.Name)
                .ToHashSet(StringComparer.Ordinal);
            missing.AddRange(
                OperationForms
                    .Members(type)
                    .Where(m => !covered.Contains(m.Name) && !NotInTheTable.Says(m))
                    .Select(m => $"{type.Name}.{m.Name}")
                    .Distinct(StringComparer.Ordinal)
            );
        }
        Report(missing);
    }

    private static void Report(List<string> faults)
    {
        if (Environment.GetEnvironmentVariable("VITNB_TEST_REPORT") is { Length: > 0 } path)
        {
            File.AppendAllLines(path, faults);
        }

        faults.Count.ShouldBe(0, $"{faults.Count} differences, the first:\n{string.Join('\n', faults.Take(40))}");
    }

    /// <summary>One line of the table in one variant.</summary>
    private sealed class Comparison(Reference reference, OperationsOracle.Line line)
    {
        private OperationsOracle Oracle => reference.Oracle;

        public void Run()
        {
            foreach (var (name, outcome) in line.Calls)
            {
                var forms = Forms(name);
                var written = Names();
                if (forms.Count == 0 && written.Contains(name))
                {
                    Fault(name, "no overload takes these arguments");
                }

                foreach (var form in forms)
                {
                    Compare(form, name, outcome);
                }
            }
        }

        private string[] Names() =>
            OperationsOracle.Table[line.Number - 1].Split(':')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);

        private List<OperationForm> Forms(string name)
        {
            var key = $"{line.Number} {name}";
            if (reference.Forms.TryGetValue(key, out var forms))
            {
                return forms;
            }

            var text = OperationsOracle.Table[line.Number - 1].Split("##")[0];
            var arguments = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..].Split("=>")[0];
            return reference.Forms[key] = OperationForms.Find(
                line.Section,
                name,
                OperationForms.Split(arguments.Trim())
            );
        }

        private void Fault(string form, string what)
        {
            var list = reference.Faults.TryGetValue(line.Section, out var known)
                ? known
                : reference.Faults[line.Section] = [];
            list.Add($"line {line.Number}, {line.Variant}, {form}: {what}");
        }

        private void Compare(OperationForm form, string name, OperationsOracle.Outcome outcome)
        {
            using var scope = NewDisposeScope();
            reference.Compared++;
            var leaves = Array.ConvertAll(line.Inputs, Leaf);
            Tensor[] results;
            try
            {
                var inputs = Array.ConvertAll(leaves, leaf => Arranged(leaf, line.Variant));
                torch.manual_seed(7);
                results = [.. Flat(form.Call(inputs)).Select(r => r.is_sparse ? r.to_dense() : r)];
            }
            catch (Exception error)
            {
                if (
                    error
                    is not (TorchException or ArgumentException or InvalidOperationException or NotSupportedException)
                )
                {
                    Fault(form.Text, $"{error.GetType().Name}: {error.Message}");
                }
                else if (outcome.Error is null)
                {
                    Fault(form.Text, $"threw {error.Message}");
                }

                return;
            }
            if (outcome.Error is not null)
            {
                // What Python's own reader of arguments refuses is no refusal of libtorch.
                if (outcome.Error is not ("TypeError" or "AttributeError"))
                {
                    Fault(
                        form.Text,
                        $"gave {string.Join(", ", results.Select(r => r.ToString()))}, Python: {outcome.Message}"
                    );
                }

                return;
            }
            if (results.Length != outcome.Values.Length)
            {
                Fault(form.Text, $"{results.Length} results, Python gives {outcome.Values.Length}");
                return;
            }
            var good = true;
            for (var i = 0; i < results.Length; i++)
            {
                good &= Check(form, $"result {i}", outcome.Values[i], results[i]);
            }

            if (!good)
            {
                return;
            }

            reference.Covered.Add(form.Method);
            if (outcome.Gradients is not { } gradients)
            {
                return;
            }

            CheckGradients(form, leaves, results, gradients, "contiguous");
            // Half precisions add up in another order then, and show it.
            if (line.Variant is not ("f16" or "bf16") && results.Any(result => result.Dimensions > 1))
            {
                CheckGradients(form, leaves, results, gradients, "transposed");
            }
        }

        // In both layouts of what arrives from behind; the memory that backward gets holds NaN before.
        private void CheckGradients(
            OperationForm form,
            Tensor[] leaves,
            Tensor[] results,
            OperationsOracle.Stored?[] expected,
            string layout
        )
        {
            try
            {
                var total = torch.zeros([], dtype: float64);
                foreach (var result in results.Where(r => r.requires_grad && r.numel() > 0))
                {
                    var weights = (torch.arange(1, result.numel() + 1) % 7 - 2).to(result.dtype).view(result.shape);
                    weights = Arranged(weights, layout);
                    var product = (result * weights).sum();
                    total = total + (product.is_complex() ? product.real + product.imag : product).to(float64);
                }
                if (!total.requires_grad)
                {
                    Fault(form.Text, "no gradient flows, Python's does");
                    return;
                }
                var wanted = leaves.Where(leaf => leaf.requires_grad).ToArray();
                foreach (var leaf in wanted)
                {
                    torch.full(leaf.shape, double.NaN, dtype: leaf.dtype).Dispose();
                }

                var made = torch.autograd.grad([total], wanted, retain_graph: true, allow_unused: true);
                for (var i = 0; i < wanted.Length; i++)
                {
                    if (made[i] is null || expected[i] is null)
                    {
                        if (made[i] is not null || expected[i] is not null)
                        {
                            Fault(
                                form.Text,
                                $"gradient {i} ({layout}) is {(made[i] is null ? "missing" : "there")}, unlike Python's"
                            );
                        }

                        continue;
                    }
                    Check(form, $"gradient {i} ({layout})", expected[i]!, made[i]);
                }
            }
            catch (Exception error) when (error is TorchException or ArgumentException or InvalidOperationException)
            {
                Fault(form.Text, $"backward threw {error.Message}");
            }
        }

        private Tensor Leaf(OperationsOracle.Stored stored)
        {
            var tensor = Oracle.Read(stored);
            return stored.WantsGradient && (tensor.is_floating_point() || tensor.is_complex())
                ? tensor.requires_grad_()
                : tensor;
        }

        private bool Check(OperationForm form, string what, OperationsOracle.Stored expected, Tensor actual)
        {
            using var quiet = no_grad();
            using var scope = NewDisposeScope();
            if (actual.dtype != expected.DType || !actual.shape.SequenceEqual(expected.Shape))
            {
                Fault(form.Text, $"{what} is {actual}, Python's is {new Size(expected.Shape)} {expected.DType}");
                return false;
            }
            // A copy: autograd's zeros have no memory, a conjugate shows what its memory does not hold.
            var plain = torch.empty(expected.Shape, dtype: expected.DType);
            plain.copy_(actual);
            if (plain.bytes.SequenceEqual(Oracle.Elements(expected)))
            {
                return true;
            }

            var wanted = Oracle.Read(expected);
            if (Near(plain, wanted))
            {
                return true;
            }

            var at = (plain != wanted).nonzero();
            Fault(
                form.Text,
                $"{what} differs at {at.shape[0]} of {plain.numel()} elements: {Few(plain)} against {Few(wanted)}"
            );
            return false;
        }

        private static string Few(Tensor tensor) =>
            string.Join(
                " ",
                tensor
                    .flatten()
                    .to(tensor.is_complex() ? complex128 : float64)[..Math.Min(6, (int)tensor.numel())]
                    .tolist()
                    is System.Collections.IEnumerable list
                    ? list.Cast<object>()
                    : []
            );

        private static bool Near(Tensor actual, Tensor expected)
        {
            var tolerance = expected.dtype switch
            {
                ScalarType.BFloat16 => 2e-2,
                ScalarType.Float16 => 2e-3,
                ScalarType.Float32 or ScalarType.ComplexFloat32 => 1e-5,
                _ => 1e-10,
            };
            if (expected.is_complex())
            {
                return torch.allclose(
                    actual.to(complex128),
                    expected.to(complex128),
                    tolerance,
                    tolerance,
                    equal_nan: true
                );
            }

            return torch.allclose(actual.to(float64), expected.to(float64), tolerance, tolerance, equal_nan: true);
        }

        // The same as arranged() of operations.py.
        private static Tensor Arranged(Tensor leaf, string layout)
        {
            if (leaf.Dimensions == 0)
            {
                return leaf;
            }

            return layout switch
            {
                "transposed" => leaf.transpose(0, -1).contiguous().transpose(0, -1),
                "strided" => torch.stack([leaf, leaf], -1).select(-1, 0),
                "expanded" when leaf.shape[0] > 0 => leaf.narrow(0, 0, 1).expand(leaf.shape),
                _ => leaf,
            };
        }

        private static IEnumerable<Tensor> Flat(object? result) =>
            result switch
            {
                null => [],
                Tensor tensor => [tensor],
                bool truth => [torch.tensor(truth)],
                int or long or float or double =>
                [
                    torch.tensor(
                        Convert.ToDouble(result, System.Globalization.CultureInfo.InvariantCulture),
                        dtype: float64
                    ),
                ],
                Scalar scalar => [torch.tensor(scalar.ToDouble(), dtype: float64)],
                ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Flat(tuple[i])),
                System.Collections.IEnumerable list => list.Cast<object?>().SelectMany(Flat),
                _ => throw new NotSupportedException($"A result of type {result.GetType()} cannot be compared."),
            };
    }
}

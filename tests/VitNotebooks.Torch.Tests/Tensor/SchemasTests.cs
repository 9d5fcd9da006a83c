using Shouldly;
using TorchSharp;
using TorchSharp.Dispatch;
using VitNotebooks.Oracles;
using Xunit;

namespace VitNotebooks.Torch.Tests;

/// <summary>Every operator that is bound exists in the libtorch at hand, with arguments of the same names and kinds.</summary>
public sealed class SchemasTests
{
    private static string[] Schemas()
    {
        var root = Path.GetFullPath(Path.Combine(PythonOracle.Folder, "..", ".."));
        return
        [
            .. File.ReadLines(Path.Combine(root, "src", "VitNotebooks.Torch", "Dispatch", "schemas.txt"))
                .Where(line => line.StartsWith("aten::", StringComparison.Ordinal)),
        ];
    }

    [Fact]
    public void Schemas_OfAllBindings_FitTheLibtorchAtHand()
    {
        var schemas = Schemas();
        var faults = new List<string>();
        foreach (var schema in schemas)
        {
            var plan = IntPtr.Zero;
            try
            {
                Plans.Make(ref plan, schema);
            }
            catch (TorchException error)
            {
                faults.Add($"{schema}: {error.Message}");
            }
        }

        schemas.Length.ShouldBeGreaterThan(700);
        faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("aten::dropout(Tensor input, int p, Tensor train) -> Tensor", "argument train")]
    [InlineData("aten::dropout(Tensor input, Tensor p, bool train) -> Tensor", "argument p")]
    [InlineData("aten::dropout(Tensor input, float p, bool train) -> Tensor[]", "result 0")]
    [InlineData("aten::dropout(Tensor input, float p, bool train) -> (Tensor, Tensor)", "expects 2 results")]
    [InlineData(
        "aten::sum.dim_IntList(Tensor self, float[] dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
        "argument dim"
    )]
    public void Plan_OfASchemaThatLies_IsRefusedWithBothTypes(string schema, string expected)
    {
        var plan = IntPtr.Zero;
        Should.Throw<TorchTypeException>(() => Plans.Make(ref plan, schema)).Message.ShouldContain(expected);
    }

    [Fact]
    public void Plan_OfAnOperatorThatLibtorchDoesNotHave_NamesIt()
    {
        var plan = IntPtr.Zero;
        Should
            .Throw<TorchNotImplementedException>(() =>
                Plans.Make(ref plan, "aten::no_such_operator(Tensor self) -> Tensor")
            )
            .Message.ShouldContain("aten::no_such_operator");
    }

    [Fact]
    public void Plan_OfAnArgumentThatThisLibtorchLacks_TakesItsDefaultAndNothingElse()
    {
        var plan = IntPtr.Zero;
        Plans.Make(ref plan, "aten::relu(Tensor self, int novelty=3) -> Tensor").ShouldNotBe(IntPtr.Zero);
        plan = IntPtr.Zero;
        Should
            .Throw<TorchTypeException>(() => Plans.Make(ref plan, "aten::relu(Tensor self, int novelty) -> Tensor"))
            .Message.ShouldContain("novelty");
    }

    [Fact]
    public void Schemas_InTheList_AreThereOnce() =>
        Schemas().GroupBy(s => s).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty();
}

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
                Dispatcher.Plan(ref plan, schema);
            }
            catch (TorchException error)
            {
                faults.Add($"{schema}: {error.Message}");
            }
        }

        schemas.Length.ShouldBeGreaterThan(700);
        faults.ShouldBeEmpty();
    }

    [Fact]
    public void Schemas_InTheList_AreThereOnce() =>
        Schemas().GroupBy(s => s).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty();
}

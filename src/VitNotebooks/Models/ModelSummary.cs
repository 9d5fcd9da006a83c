using System.Globalization;
using System.Text;
using TorchSharp.Modules;
using VitNotebooks.Layers;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>A module and what is below it: shapes, parameters and multiply-adds of one image.</summary>
/// <param name="Path">Where the module sits, e.g. <c>layers.0.blocks.1.attn</c>; empty for the model itself.</param>
/// <param name="Type">Name of its class.</param>
/// <param name="OutputShape">Shape of its output for a batch of one.</param>
/// <param name="Parameters">Numbers that training changes, those below it included.</param>
/// <param name="Macs">
/// Multiply-adds of one image, those below it included: convolutions, linear layers and matrix products, as fvcore counts them.
/// </param>
/// <param name="Children">The modules below it, in the order in which they run.</param>
public sealed record ModelSummary(
    string Path,
    string Type,
    IReadOnlyList<long> OutputShape,
    long Parameters,
    long Macs,
    IReadOnlyList<ModelSummary> Children
)
{
    /// <summary>The summary of a linear layer, a convolution padded by numbers, a norm, or a layer that summarizes itself.</summary>
    /// <exception cref="NotSupportedException">The module is none of these and cannot describe itself.</exception>
    public static ModelSummary Of(nn.Module module, string path, IReadOnlyList<long> input)
    {
        switch (module)
        {
            case ISummarized own:
                return own.Summarize(path, input);
            case Linear linear:
                long[] projected = [.. input.SkipLast(1), linear.weight.shape[0]];
                return Node(linear, path, projected, [], Product(projected) * linear.weight.shape[1]);
            case Conv2d conv:
                var kernel = conv.weight.shape; // [out, in / groups, height, width]
                long[] map =
                [
                    input[0],
                    kernel[0],
                    (input[2] + 2 * conv.padding[0] - kernel[2]) / conv.stride[0] + 1,
                    (input[3] + 2 * conv.padding[1] - kernel[3]) / conv.stride[1] + 1,
                ];
                return Node(conv, path, map, [], Product(map) * Product(kernel.Skip(1)));
            case LayerNorm or BatchNorm2d:
                return Node(module, path, input, []);
            default:
                throw new NotSupportedException(
                    $"{path}: {module.GetName()} cannot be summarized; let it implement {nameof(ISummarized)}."
                );
        }
    }

    /// <summary>The summary of a module from those below it.</summary>
    /// <param name="module">The module; its own parameters are counted.</param>
    /// <param name="path">Where it sits.</param>
    /// <param name="output">Shape of its output.</param>
    /// <param name="children">What is below it.</param>
    /// <param name="ownMacs">Multiply-adds of the products that belong to no child.</param>
    public static ModelSummary Node(
        nn.Module module,
        string path,
        IReadOnlyList<long> output,
        IReadOnlyList<ModelSummary> children,
        long ownMacs = 0
    ) => new(path, module.GetType().Name, output, Count(module), ownMacs + children.Sum(c => c.Macs), children);

    /// <summary>The tree as text: module, type, output shape, parameters, multiply-adds.</summary>
    public override string ToString()
    {
        List<string[]> rows =
        [
            ["module", "type", "output", "parameters", "MACs"],
        ];
        AddRows(this, "", "", rows);
        rows.Add(["total", "", "", Grouped(Parameters), Readable(Macs)]);
        var widths = Enumerable.Range(0, 5).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        for (var i = 0; i < rows.Count; i++)
        {
            if (i == 1 || i == rows.Count - 1)
                text.Append('-', widths.Sum() + 8).Append('\n');
            for (var column = 0; column < 5; column++)
            {
                var cell = rows[i][column];
                text.Append(column >= 3 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
                text.Append(column < 4 ? "  " : "\n");
            }
        }
        return text.ToString();
    }

    private static void AddRows(ModelSummary node, string indent, string parent, List<string[]> rows)
    {
        var name = node.Path.Length == 0 ? node.Type : node.Path[(parent.Length == 0 ? 0 : parent.Length + 1)..];
        rows.Add([
            indent + name,
            node.Type,
            $"[{string.Join(", ", node.OutputShape)}]",
            Grouped(node.Parameters),
            Readable(node.Macs),
        ]);
        foreach (var child in node.Children)
            AddRows(child, indent + "  ", node.Path, rows);
    }

    private static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Readable(long macs) =>
        macs switch
        {
            0 => "",
            < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{macs / 1e3:0.0} k"),
            < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{macs / 1e6:0.0} M"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{macs / 1e9:0.00} G"),
        };

    private static long Count(nn.Module module) => module.parameters().Sum(p => p.numel());

    private static long Product(IEnumerable<long> numbers) => numbers.Aggregate(1L, (a, b) => a * b);
}

using System.Globalization;
using System.Text;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>A module and what is below it: shapes, parameters, multiply-adds and memory of one image.</summary>
/// <param name="Path">Where the module sits, e.g. <c>layers.0.blocks.1.attn</c>; empty for the model itself.</param>
/// <param name="Type">Name of its class.</param>
/// <param name="OutputShape">Shape of its output for a batch of one; empty where it never ran as a whole.</param>
/// <param name="Parameters">Numbers that are learned, those below it included.</param>
/// <param name="Frozen">How many of them need no gradient.</param>
/// <param name="Macs">
/// Multiply-adds of one image in evaluation, those below it included, by fvcore's rules: one for each product of a convolution, a
/// linear layer or two matrices, and for a value that a norm passes 5 (layer, group and instance norms) or 2 (batch norms), one less
/// without weights. Activations, softmax, sums, and norms that are written out of smaller operations count nothing.
/// </param>
/// <param name="ActivationBytes">
/// Bytes of the outputs, for one image, of the innermost modules that have parameters or multiply-adds. Training keeps more for backward: 1.0 times
/// these bytes in ResNets and 1.6 to 1.8 times in ViT, Swin and Mixer, as autograd in PyTorch 1.13 saves it (tests/oracles/originals/activations.py).
/// </param>
/// <param name="Children">The modules below it, in the order in which they run.</param>
public sealed partial record ModelSummary(
    string Path,
    string Type,
    IReadOnlyList<long> OutputShape,
    long Parameters,
    long Frozen,
    long Macs,
    long ActivationBytes,
    IReadOnlyList<ModelSummary> Children
)
{
    private const int FirstNumber = 3; // the columns from this one on stand right

    /// <summary>Numbers that training changes, those below it included.</summary>
    public long Trainable => Parameters - Frozen;

    /// <summary>Whether the products of every operation were counted, or only those of linear layers and convolutions.</summary>
    public bool CountsAllProducts { get; init; } = true;

    /// <summary>Runs a model once on an image of zeros and describes what ran.</summary>
    /// <param name="model">The model; it is as before afterwards.</param>
    public static ModelSummary Measure(VisionModel model) => SummaryRecorder.Record(model);

    /// <summary>The module of a path, e.g. <c>layers.3</c>; null where none ran under it.</summary>
    public ModelSummary? Find(string path) =>
        Path == path ? this : Children.Select(child => child.Find(path)).FirstOrDefault(found => found is not null);

    /// <summary>The tree as text for a terminal.</summary>
    public override string ToString()
    {
        var rows = Rows(deepest: int.MaxValue);
        var widths = Enumerable
            .Range(0, rows[0].Length)
            .Select(column => rows.Max(row => row[column].Length))
            .ToArray();
        var text = new StringBuilder();
        for (var i = 0; i < rows.Count; i++)
        {
            if (i == 1 || i == rows.Count - 1)
            {
                text.Append('-', widths.Sum() + 2 * (widths.Length - 1)).Append('\n');
            }

            for (var column = 0; column < widths.Length; column++)
            {
                var cell = rows[i][column];
                text.Append(column >= FirstNumber ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
                text.Append(column < widths.Length - 1 ? "  " : "\n");
            }
        }
        return text.Append(Note).Append('\n').ToString();
    }

    /// <summary>The tree as a Markdown table.</summary>
    /// <param name="depth">Levels below the model that are shown; deeper ones are in their parents' sums.</param>
    public string ToMarkdown(int depth = 2)
    {
        var text = new StringBuilder();
        var rows = Rows(depth);
        for (var i = 0; i < rows.Count; i++)
        {
            var name = rows[i][0].TrimStart();
            var indent = string.Concat(Enumerable.Repeat("&nbsp;&nbsp;", (rows[i][0].Length - name.Length) / 2));
            var plain = i == 0 || i == rows.Count - 1; // the head and the total
            text.Append(CultureInfo.InvariantCulture, $"| {indent}{(plain ? name : $"`{name}`")} | ")
                .AppendJoin(" | ", rows[i].Skip(1))
                .Append(" |\n");
            if (i == 0)
            {
                text.Append("|---|---|---|").Insert(text.Length, "---:|", Columns.Length - FirstNumber).Append('\n');
            }
        }
        return text.Append('\n').Append(Note).Append('\n').ToString();
    }

    /// <summary>A count with its unit, e.g. <c>4.35 G</c>; empty for none.</summary>
    public static string Readable(long count) =>
        count switch
        {
            0 => "",
            < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e3:0.0} k"),
            < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e6:0.0} M"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{count / 1e9:0.00} G"),
        };

    private string Note
    {
        get
        {
            List<string> parts =
            [
                "MACs by fvcore's rules: every product, and 5 a value in layer norms, 2 in batch norms.",
            ];
            if (Frozen > 0)
            {
                parts.Add($"{Grouped(Trainable)} parameters train, {Grouped(Frozen)} are frozen.");
            }

            if (!CountsAllProducts)
            {
                parts.Add(
                    "Of products those of linear layers and convolutions alone: this provider does not show the ones in between."
                );
            }

            return string.Join(' ', parts);
        }
    }

    private List<string[]> Rows(int deepest)
    {
        List<string[]> rows = [Columns];
        AddRows(this, "", "", deepest, rows);
        rows.Add(["total", "", "", .. Numbers(this)]);
        return rows;
    }

    // What is frozen has a column only where something is.
    private string[] Columns =>
        Frozen == 0
            ? ["module", "type", "output", "parameters", "MACs", "activations"]
            : ["module", "type", "output", "trainable", "frozen", "MACs", "activations"];

    private string[] Cells(ModelSummary node, string parent)
    {
        var name = node.Path.Length == 0 ? node.Type : node.Path[(parent.Length == 0 ? 0 : parent.Length + 1)..];
        var shape = node.OutputShape.Count == 0 ? "" : $"[{string.Join(", ", node.OutputShape)}]";
        return [name, node.Type, shape, .. Numbers(node)];
    }

    private string[] Numbers(ModelSummary node)
    {
        string[] parameters =
            Frozen == 0 ? [Grouped(node.Parameters)] : [Grouped(node.Trainable), Grouped(node.Frozen)];
        return [.. parameters, Readable(node.Macs), Bytes(node.ActivationBytes)];
    }

    private void AddRows(ModelSummary node, string indent, string parent, int deepest, List<string[]> rows)
    {
        var cells = Cells(node, parent);
        cells[0] = indent + cells[0];
        rows.Add(cells);
        if (deepest == 0)
        {
            return;
        }

        foreach (var child in node.Children)
        {
            AddRows(child, indent + "  ", node.Path, deepest - 1, rows);
        }
    }

    private static string Bytes(long bytes) => Readable(bytes) is { Length: > 0 } text ? text + "B" : "";

    private static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Interactive;

/// <summary>A tensor: shape, type, device, statistics, and its values when they are few.</summary>
internal static class TensorFormatter
{
    private const int MostValues = 256;
    private const int MostColumns = 16;

    public static string ToHtml(Tensor tensor)
    {
        if (tensor.IsInvalid)
        {
            return HtmlBlock.Wrap("<p>a tensor that has been disposed of</p>");
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var shape = tensor.dim() == 0 ? "scalar" : string.Join(" \u00d7 ", tensor.shape);
        var gradient = tensor.requires_grad ? ", requires grad" : "";
        var html =
            $"<p><code>{Markup.Escape(shape)}</code> {Markup.Escape(tensor.dtype.ToString())} on {Markup.Escape(tensor.device.ToString())}{gradient}</p>";
        var count = tensor.numel();
        var isNumber = tensor.dtype is not (ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64);
        if (count == 0 || !isNumber)
        {
            return HtmlBlock.Wrap(html);
        }

        var values = tensor.detach().to(ScalarType.Float64).cpu();
        var low = values.min().ToDouble();
        var high = values.max().ToDouble();
        var mean = values.mean().ToDouble();
        var deviation = count > 1 ? values.std().ToDouble() : 0;
        html +=
            $"<p class=\"vn-mute\">min {G(low)}, max {G(high)}, mean {G(mean)}, std {G(deviation)}, {count.ToString("N0", CultureInfo.InvariantCulture)} values</p>";
        if (count <= MostValues && tensor.dim() <= 2)
        {
            var columns = tensor.dim() == 0 ? 1 : (int)tensor.shape[^1];
            var all = values.contiguous().data<double>().ToArray();
            if (columns is > 0 and <= MostColumns)
            {
                var rows = all.Chunk(columns)
                    .Select(r => $"<tr>{string.Concat(r.Select(v => $"<td class=\"vn-r\">{G(v)}</td>"))}</tr>");
                html += $"<table><tbody>{string.Concat(rows)}</tbody></table>";
            }
        }

        return HtmlBlock.Wrap(html);
    }

    private static string G(double value) => value.ToString("g5", CultureInfo.InvariantCulture);
}

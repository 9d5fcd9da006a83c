using System.Globalization;
using System.Numerics;
using System.Text;
using TorchSharp.Dispatch;

namespace TorchSharp;

/// <summary>Renders the elements of one tensor; long axes show three elements at each end.</summary>
internal sealed class TensorPrinter
{
    internal sealed record Options(
        string FloatFormat,
        int Width,
        string NewLine,
        CultureInfo Culture,
        int MaxRows,
        int MaxColumns
    );

    internal static Options Defaults { get; set; } =
        new("g5", 100, Environment.NewLine, CultureInfo.CurrentCulture, 6, 6);

    /// <summary>Julia's tables are for reading all of; only axes far beyond a screen are cut.</summary>
    private const int LongTable = 64;

    private readonly Options _options;
    private readonly string _metadata;
    private readonly torch.ScalarType _dtype;
    private readonly long[] _shape;
    private readonly Func<long, string> _element;

    public TensorPrinter(torch.Tensor tensor, Options options)
    {
        _options = options;
        _metadata = tensor.ToString();
        _dtype = tensor.dtype;
        _shape = tensor.shape;
        var here = Aten.clone(
            tensor.detach().cpu().resolve_conj().resolve_neg(),
            memory_format: memory_format.contiguous_format
        );
        _element = _dtype switch
        {
            torch.ScalarType.Float32 => i => Real(here.ReadCpuValue<float>(i)),
            torch.ScalarType.Float64 => i =>
                here.ReadCpuValue<double>(i).ToString(_options.FloatFormat, _options.Culture),
            torch.ScalarType.Float16 => i => Real(here.ReadCpuFloat16(i)),
            torch.ScalarType.BFloat16 => i => Real(here.ReadCpuBFloat16(i)),
            torch.ScalarType.Byte => i => here.ReadCpuByte(i).ToString(_options.Culture),
            torch.ScalarType.Int8 => i => here.ReadCpuSByte(i).ToString(_options.Culture),
            torch.ScalarType.Int16 => i => here.ReadCpuInt16(i).ToString(_options.Culture),
            torch.ScalarType.Int32 => i => here.ReadCpuInt32(i).ToString(_options.Culture),
            torch.ScalarType.Int64 => i => here.ReadCpuInt64(i).ToString(_options.Culture),
            torch.ScalarType.Bool => i => here.ReadCpuBool(i) ? "true" : "false",
            _ => Parts(here),
        };
    }

    public string Print(TensorStringStyle style) =>
        style switch
        {
            TensorStringStyle.Numpy => Numpy(),
            TensorStringStyle.CSharp => CSharp(),
            _ => Julia(),
        };

    private string Real(float value) => value.ToString(_options.FloatFormat, _options.Culture);

    private Func<long, string> Parts(torch.Tensor complex)
    {
        var wide = complex.to(torch.ScalarType.ComplexFloat64);
        // Widening would show digits that single precision does not have.
        var single = _dtype == torch.ScalarType.ComplexFloat32;
        string Part(double value) =>
            single ? Real((float)value) : value.ToString(_options.FloatFormat, _options.Culture);
        return i =>
        {
            var value = wide.ReadCpuValue<Complex>(i);
            if (value.Imaginary == 0)
            {
                return Part(value.Real);
            }

            return $"{Part(value.Real)}{(value.Imaginary < 0 ? "-" : "+")}{Part(Math.Abs(value.Imaginary))}i";
        };
    }

    private string Julia()
    {
        if (_shape.Length == 0)
        {
            return $"{_metadata}, value = {_element(0)}";
        }

        if (_shape.Contains(0))
        {
            return _metadata;
        }

        var text = new StringBuilder(_metadata).Append(_options.NewLine);
        if (_shape.Length <= 2)
        {
            Table(text, 0);
            return text.ToString();
        }
        var slices = 1L;
        foreach (var length in _shape.AsSpan(0, _shape.Length - 2))
        {
            slices *= length;
        }

        var cells = _shape[^2] * _shape[^1];
        foreach (var slice in Shown(slices, LongTable))
        {
            if (slice > 0)
            {
                text.Append(_options.NewLine);
            }

            if (slice < 0)
            {
                text.Append("...").Append(_options.NewLine);
                continue;
            }
            text.Append('[').Append(PlaceOf(slice)).Append(",..,..] =").Append(_options.NewLine);
            Table(text, slice * cells);
        }
        return text.ToString();
    }

    private string PlaceOf(long slice)
    {
        var places = new string[_shape.Length - 2];
        for (var i = places.Length - 1; i >= 0; i--)
        {
            (slice, var place) = Math.DivRem(slice, _shape[i]);
            places[i] = place.ToString(CultureInfo.InvariantCulture);
        }
        return string.Join(',', places);
    }

    // One matrix, each column as wide as its widest element, as many columns as the line holds.
    private void Table(StringBuilder text, long first)
    {
        var columns = _shape[^1];
        var rows = Shown(_shape.Length == 1 ? 1 : _shape[^2], LongTable).ToArray();
        var cells = new List<string[]>();
        var widths = new List<int>();
        var used = 0;
        for (long c = 0; c < columns; c++)
        {
            var column = Array.ConvertAll(rows, r => r < 0 ? "..." : _element(first + r * columns + c));
            var width = column.Max(s => s.Length);
            if (used + width + 1 > _options.Width && c > 0)
            {
                cells.Add(Array.ConvertAll(rows, _ => "..."));
                widths.Add(3);
                break;
            }
            used += width + 1;
            cells.Add(column);
            widths.Add(width);
        }
        for (var r = 0; r < rows.Length; r++)
        {
            for (var c = 0; c < cells.Count; c++)
            {
                text.Append(' ').Append(cells[c][r].PadLeft(widths[c]));
            }

            text.Append(_options.NewLine);
        }
    }

    private string Numpy()
    {
        if (_shape.Length == 0)
        {
            return _element(0);
        }

        var text = new StringBuilder();
        Brackets(text, 0, 0);
        return text.ToString();
    }

    private void Brackets(StringBuilder text, int depth, long first)
    {
        text.Append('[');
        if (depth == _shape.Length - 1)
        {
            Row(text, first, "");
        }
        else
        {
            var cells = CellsBelow(depth);
            var between =
                string.Concat(Enumerable.Repeat(_options.NewLine, _shape.Length - 1 - depth))
                + new string(' ', depth + 1);
            var separator = "";
            foreach (var i in Shown(_shape[depth], _options.MaxRows))
            {
                text.Append(separator);
                if (i < 0)
                {
                    text.Append("...");
                }
                else
                {
                    Brackets(text, depth + 1, first + i * cells);
                }

                separator = between;
            }
        }
        text.Append(']');
    }

    private string CSharp()
    {
        if (_shape.Length == 0)
        {
            return $"{_metadata}, value = {_element(0)}";
        }

        var text = new StringBuilder(_metadata).Append(", value = ");
        if (_shape.Length > 1)
        {
            text.Append(_options.NewLine);
        }

        text.Append(TypeName).Append(" [").Append(',', _shape.Length - 1).Append("] ");
        Braces(text, 0, 0);
        return text.ToString();
    }

    private void Braces(StringBuilder text, int depth, long first)
    {
        text.Append('{');
        if (depth == _shape.Length - 1)
        {
            Row(text, first, Suffix);
            text.Append('}');
            return;
        }
        var cells = CellsBelow(depth);
        var indent = _options.NewLine + new string(' ', depth + 1);
        var separator = depth == 0 ? indent : "";
        foreach (var i in Shown(_shape[depth], _options.MaxRows))
        {
            text.Append(separator);
            if (i < 0)
            {
                text.Append("...");
                separator = indent;
                continue;
            }
            Braces(text, depth + 1, first + i * cells);
            separator = "," + indent;
        }
        if (depth == 0)
        {
            text.Append(_options.NewLine);
        }

        text.Append('}');
    }

    private void Row(StringBuilder text, long first, string suffix)
    {
        var separator = "";
        foreach (var i in Shown(_shape[^1], _options.MaxColumns))
        {
            if (i < 0)
            {
                text.Append(", ... ");
                separator = "";
                continue;
            }
            text.Append(separator).Append(_element(first + i)).Append(suffix);
            separator = ", ";
        }
    }

    /// <summary>The places that are shown; -1 stands for those that are not.</summary>
    private static IEnumerable<long> Shown(long length, int limit)
    {
        if (length <= limit)
        {
            for (long i = 0; i < length; i++)
            {
                yield return i;
            }

            yield break;
        }
        var ends = Math.Max(1, limit / 2);
        for (long i = 0; i < ends; i++)
        {
            yield return i;
        }

        yield return -1;
        for (var i = length - ends; i < length; i++)
        {
            yield return i;
        }
    }

    private long CellsBelow(int depth)
    {
        var cells = 1L;
        foreach (var length in _shape.AsSpan(depth + 1))
        {
            cells *= length;
        }

        return cells;
    }

    private string TypeName =>
        _dtype switch
        {
            torch.ScalarType.Byte => "byte",
            torch.ScalarType.Int8 => "sbyte",
            torch.ScalarType.Int16 => "short",
            torch.ScalarType.Int32 => "int",
            torch.ScalarType.Int64 => "long",
            torch.ScalarType.Float16 => "float16",
            torch.ScalarType.BFloat16 => "bfloat16",
            torch.ScalarType.Float32 => "float",
            torch.ScalarType.Float64 => "double",
            torch.ScalarType.Bool => "bool",
            torch.ScalarType.ComplexFloat32 => "complex32",
            _ => "System.Numerics.Complex",
        };

    private string Suffix =>
        _dtype is torch.ScalarType.Float32 or torch.ScalarType.Float16 or torch.ScalarType.BFloat16 ? "f" : "";
}

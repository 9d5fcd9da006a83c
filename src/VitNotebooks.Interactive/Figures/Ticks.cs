using System.Globalization;

namespace VitNotebooks.Interactive;

/// <summary>Where an axis has its ticks, and what is written at them.</summary>
/// <param name="Min">Start of the axis.</param>
/// <param name="Max">End of the axis, larger than <paramref name="Min"/>.</param>
/// <param name="Values">Ticks in between, rising.</param>
/// <param name="Labels">A text a tick.</param>
internal sealed record Ticks(double Min, double Max, double[] Values, string[] Labels)
{
    /// <summary>Ticks for data from <paramref name="low"/> to <paramref name="high"/>.</summary>
    public static Ticks For(Axis axis, double low, double high, int wanted, bool pad)
    {
        var (min, max) = (axis.Min ?? low, axis.Max ?? high);
        if (axis.Log)
        {
            return Logarithmic(axis, min, max);
        }

        if (max <= min)
        {
            var room = min == 0 ? 1 : Math.Abs(min) * 0.1;
            if (axis.Whole)
            {
                room = Math.Max(room, 1);
            }

            (min, max) = (axis.Min ?? min - room, axis.Max ?? max + room);
            if (max <= min)
            {
                throw new FigureException($"Axis '{axis.Title}': Min {min:g4} is not below Max {max:g4}.");
            }
        }

        var step = Step(max - min, wanted, axis.Whole);
        if (pad)
        {
            if (axis.Min is null)
            {
                min = Math.Floor(min / step + 1e-9) * step;
            }

            if (axis.Max is null)
            {
                max = Math.Ceiling(max / step - 1e-9) * step;
            }
        }

        var first = (long)Math.Ceiling(min / step - 1e-9);
        var last = (long)Math.Floor(max / step + 1e-9);
        var values = Enumerable.Range(0, (int)(last - first + 1)).Select(i => (first + i) * step).ToArray();
        var decimals = (int)Math.Clamp(Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 12);
        return new Ticks(min, max, values, [.. values.Select(v => Label(v, decimals))]);
    }

    /// <summary>Position of a value on the axis, 0 to 1.</summary>
    public double At(double value, bool log) =>
        log ? (Math.Log10(value) - Math.Log10(Min)) / (Math.Log10(Max) - Math.Log10(Min)) : (value - Min) / (Max - Min);

    private static Ticks Logarithmic(Axis axis, double min, double max)
    {
        if (min <= 0)
        {
            throw new FigureException(
                $"Axis '{axis.Title}' is logarithmic and its smallest value is {min:g4}; all must be above 0."
            );
        }

        var (from, to) = (Math.Floor(Math.Log10(min) + 1e-9), Math.Ceiling(Math.Log10(max) - 1e-9));
        if (to <= from)
        {
            to = from + 1;
        }

        var every = Math.Max(1, (int)Math.Ceiling((to - from) / 8));
        var values = new List<double>();
        for (var e = from; e <= to; e += every)
        {
            values.Add(Math.Pow(10, e));
        }

        return new Ticks(
            Math.Pow(10, from),
            Math.Pow(10, to),
            [.. values],
            [.. values.Select(v => v.ToString("g4", CultureInfo.InvariantCulture))]
        );
    }

    private static double Step(double range, int wanted, bool whole)
    {
        var raw = range / Math.Max(1, wanted);
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = (raw / power) switch
        {
            <= 1 => 1,
            <= 2 => 2,
            <= 2.5 => 2.5,
            <= 5 => 5,
            _ => 10,
        };
        var nice = step * power;
        return whole ? Math.Max(1, Math.Ceiling(nice)) : nice;
    }

    private static string Label(double v, int decimals)
    {
        if (Math.Abs(v) is >= 1e6 or (> 0 and < 1e-4))
        {
            return v.ToString("0.###e0", CultureInfo.InvariantCulture);
        }

        var text = v.ToString("F" + decimals, CultureInfo.InvariantCulture);
        return text.TrimStart('-').All(c => c is '0' or '.') ? text.TrimStart('-') : text.Replace('-', '\u2212');
    }
}

using TorchSharp.Dispatch;

namespace TorchSharp;

/// <summary>How <c>histogram</c> chooses the number of its bins, by the names and rules of numpy's histogram_bin_edges.</summary>
public enum HistogramBinSelector
{
    /// <summary>Sturges' rule, corrected for skew.</summary>
    Doane = 0,

    /// <summary>Twice the cube root of the count.</summary>
    Rice = 1,

    /// <summary>Width from the standard deviation: 3.49 s / n^(1/3).</summary>
    Scott = 2,

    /// <summary>The square root of the count.</summary>
    Sqrt = 3,

    /// <summary>The least estimated squared error by leave-one-out cross-validation.</summary>
    Stone = 4,

    /// <summary>The logarithm of the count.</summary>
    Sturges = 5,
}

// Histograms whose number of bins follows from the data.
public static partial class torch
{
    /// <summary>A histogram of as many equal bins as a rule gives. The data are read once, so this waits for the device.</summary>
    /// <param name="input">Any shape; a dtype of real numbers.</param>
    /// <param name="bins">The rule.</param>
    /// <param name="range">Lower and upper end; without it those of the data. What lies outside is not counted.</param>
    /// <param name="density">The integral is 1 instead of the count.</param>
    /// <returns>The counts and the edges of the bins, one more.</returns>
    public static (Tensor, Tensor) histogram(
        Tensor input,
        HistogramBinSelector bins,
        (double, double)? range = null,
        bool density = false
    )
    {
        ArgumentNullException.ThrowIfNull(input);
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        using var flat = input.reshape(-1).to(ScalarType.Float64).cpu();
        using var elements = flat.contiguous().data<double>();
        var values = elements.ToArray();
        if (range is { } r)
        {
            if (!(r.Item1 <= r.Item2))
            {
                throw new ArgumentException($"histogram: the range {r.Item1} to {r.Item2} is empty.", nameof(range));
            }

            values = Array.FindAll(values, v => v >= r.Item1 && v <= r.Item2);
        }
        var (low, high) = range ?? (values.Length == 0 ? (0.0, 1.0) : (values.Min(), values.Max()));
        if (low == high)
        {
            (low, high) = (low - 0.5, high + 0.5);
        }

        var width = values.Length == 0 ? 0 : Width(values, bins, high - low);
        var count = width > 0 ? (long)Math.Ceiling((high - low) / width) : 1;
        var (hist, edges) = histogram(input, Math.Max(count, 1), (low, high), density: density);
        return scope.MoveToOuter(hist, edges);
    }

    /// <summary>The width of a bin; 0 where the data have no spread.</summary>
    private static double Width(double[] values, HistogramBinSelector rule, double range)
    {
        double n = values.Length;
        var spread = values.Max() - values.Min();
        return rule switch
        {
            HistogramBinSelector.Sqrt => spread / Math.Sqrt(n),
            HistogramBinSelector.Sturges => spread / (Math.Log2(n) + 1),
            HistogramBinSelector.Rice => spread / (2 * Math.Cbrt(n)),
            HistogramBinSelector.Scott => Math.Cbrt(24 * Math.Sqrt(Math.PI) / n) * Deviation(values),
            HistogramBinSelector.Doane => DoaneWidth(values, spread),
            HistogramBinSelector.Stone => StoneWidth(values, range),
            _ => throw new ArgumentOutOfRangeException(
                nameof(rule),
                rule,
                $"histogram: no such rule; expected one of {string.Join(", ", Enum.GetNames<HistogramBinSelector>())}."
            ),
        };
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
    }

    private static double DoaneWidth(double[] values, double spread)
    {
        double n = values.Length;
        var (mean, sigma) = (values.Average(), Deviation(values));
        if (n <= 2 || sigma == 0)
        {
            return 0;
        }

        var ofSkew = Math.Sqrt(6 * (n - 2) / ((n + 1) * (n + 3)));
        var skew = values.Average(v => Math.Pow((v - mean) / sigma, 3));
        return spread / (1 + Math.Log2(n) + Math.Log2(1 + Math.Abs(skew) / ofSkew));
    }

    private static double StoneWidth(double[] values, double range)
    {
        double n = values.Length;
        var spread = values.Max() - values.Min();
        if (n <= 1 || spread == 0)
        {
            return 0;
        }

        var (low, best, bestBins) = (values.Min(), double.PositiveInfinity, 1);
        var most = Math.Max(100, (int)Math.Sqrt(n));
        for (var bins = 1; bins <= most; bins++)
        {
            var counts = new double[bins];
            foreach (var value in values)
            {
                counts[Math.Min(bins - 1, (int)((value - low) / range * bins))]++;
            }

            var squares = counts.Sum(c => c / n * (c / n));
            var error = (2 - (n + 1) * squares) / (spread / bins);
            if (error < best)
            {
                (best, bestBins) = (error, bins);
            }
        }
        return spread / bestBins;
    }
}

using System.Globalization;
using VitNotebooks.Experiments;

namespace VitNotebooks.Interactive;

/// <summary>What the paired runs of an experiment say about one arm, in words, with the uncertainty that so few seeds leave.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Reference">The arm that it is compared with.</param>
/// <param name="Gains">Accuracy of the arm less that of the reference, percentage points, by seed.</param>
public sealed record Verdict(string Arm, string Reference, IReadOnlyList<double> Gains)
{
    // Two-sided 95 % quantiles of Student's t for 1 to 10 degrees of freedom (any statistics table); the normal's beyond 30.
    private static readonly double[] Student = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];

    /// <summary>Mean gain, percentage points.</summary>
    public double Mean => Gains.Count == 0 ? double.NaN : Gains.Average();

    /// <summary>Half the width of the 95 % confidence interval of the mean gain (Student's t); NaN below two seeds.</summary>
    public double HalfWidth
    {
        get
        {
            if (Gains.Count < 2)
            {
                return double.NaN;
            }

            var mean = Mean;
            var deviation = Math.Sqrt(Gains.Sum(g => (g - mean) * (g - mean)) / (Gains.Count - 1));
            return HalfWidthOf(Gains.Count, deviation);
        }
    }

    /// <summary>Half the width of the 95 % interval of a mean; NaN below two values, which tell nothing about chance.</summary>
    internal static double HalfWidthOf(int count, double deviation)
    {
        var freedom = count - 1;
        if (freedom < 1)
        {
            return double.NaN;
        }

        var quantile =
            freedom <= Student.Length ? Student[freedom - 1]
            : freedom <= 30 ? Student[^1]
            : 1.96;
        return quantile * deviation / Math.Sqrt(count);
    }

    /// <summary>The verdict as sentences.</summary>
    public override string ToString()
    {
        var gains = string.Join(", ", Gains.Select(g => g.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture)));
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"'{Arm}' against '{Reference}': {Mean:+0.00;-0.00;0.00} points on average over {Gains.Count} paired seeds ({gains})."
        );
        if (double.IsNaN(HalfWidth))
        {
            return head + " One seed tells nothing about chance.";
        }

        var interval = string.Create(
            CultureInfo.InvariantCulture,
            $" 95 % interval {Mean - HalfWidth:0.00} to {Mean + HalfWidth:0.00}: "
        );
        return head
            + interval
            + (
                Mean - HalfWidth > 0 ? "the gain is larger than chance between these seeds explains."
                : Mean + HalfWidth < 0 ? "the loss of accuracy is larger than chance between these seeds explains."
                : "zero is inside, so these runs do not tell a gain from chance."
            );
    }
}

/// <summary>Words for experiments.</summary>
public static class ExperimentVerdict
{
    /// <summary>What the paired runs say about an arm.</summary>
    /// <param name="result">The experiment.</param>
    /// <param name="arm">Name of the arm.</param>
    /// <param name="reference">The arm to compare with; the first without it.</param>
    public static Verdict Verdict(this ExperimentResult result, string arm, string? reference = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        var first = reference ?? result.Arms[0];
        var theirs = result.Of(first).ToDictionary(r => r.Seed, r => r.Accuracy);
        double[] gains =
        [
            .. result.Of(arm).Where(r => theirs.ContainsKey(r.Seed)).Select(r => 100 * (r.Accuracy - theirs[r.Seed])),
        ];
        return new Verdict(arm, first, gains);
    }
}

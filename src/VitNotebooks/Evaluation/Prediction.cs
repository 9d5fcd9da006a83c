using System.Globalization;
using System.Text;

namespace VitNotebooks.Evaluation;

/// <summary>The likeliest classes of one image, best first.</summary>
/// <param name="Top">Class and probability, 0..1.</param>
public sealed record Prediction(IReadOnlyList<(string Class, double Probability)> Top)
{
    private const int BarWidth = 20;

    /// <summary>The likeliest class.</summary>
    public string Class => Top[0].Class;

    /// <summary>Its probability, 0..1.</summary>
    public double Probability => Top[0].Probability;

    /// <summary>One line a class: name, percent, bar.</summary>
    /// <returns>Aligned text.</returns>
    public override string ToString()
    {
        var width = Top.Max(t => t.Class.Length);
        StringBuilder text = new();
        foreach (var (name, probability) in Top)
        {
            string bar = new('\u2588', (int)Math.Round(probability * BarWidth));
            text.Append(name.PadRight(width))
                .Append(string.Create(CultureInfo.InvariantCulture, $"  {100 * probability, 5:0.0}%  "))
                .Append(bar)
                .Append('\n');
        }
        return text.ToString().TrimEnd('\n');
    }
}

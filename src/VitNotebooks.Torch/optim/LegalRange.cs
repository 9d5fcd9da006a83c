namespace TorchSharp.Modules;

/// <summary>The legal range of an optimizer's number.</summary>
internal static class LegalRange
{
    /// <exception cref="ArgumentOutOfRangeException">It is outside, or not a number; the message says what was expected.</exception>
    public static void Check(string optimizer, string name, double value, bool legal, string expected)
    {
        if (!legal)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{optimizer}: {name} is {value}, expected {expected}.");
        }
    }
}

namespace TorchSharp.Modules;

/// <summary>The legal ranges of Adam's numbers.</summary>
internal static class AdamOptions
{
    public static void Check(string name, double lr, double beta1, double beta2, double eps, double weightDecay)
    {
        Range(name, "lr", lr, lr >= 0, "0 or more");
        Range(name, "beta1", beta1, beta1 is >= 0 and < 1, "from 0 to below 1");
        Range(name, "beta2", beta2, beta2 is >= 0 and < 1, "from 0 to below 1");
        Range(name, "eps", eps, eps >= 0, "0 or more");
        Range(name, "weight_decay", weightDecay, weightDecay >= 0, "0 or more");
    }

    internal static void Range(string optimizer, string name, double value, bool legal, string expected)
    {
        if (!legal)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{optimizer}: {name} is {value}, expected {expected}.");
        }
    }
}

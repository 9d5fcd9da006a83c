namespace VitNotebooks;

/// <summary>
/// SplitMix64's finalizer (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195): each bit of the result depends on every bit of the
/// input, so that neighbouring inputs give unrelated outputs.
/// </summary>
internal static class SplitMix64
{
    /// <summary>The golden ratio in 64 bits. Added before <see cref="Mix"/>, as the generator does, so that 0 does not stay 0.</summary>
    public const ulong Increment = 0x9E3779B97F4A7C15;

    /// <summary>The finalizer: the generator's n-th number is that of seed + n times <see cref="Increment"/>.</summary>
    /// <param name="z">Any value.</param>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

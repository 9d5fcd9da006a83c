using System.Collections;

namespace TorchSharp.Utils;

/// <summary>The numbers from 0 to below a size in a random order: with a seed the same order each time, TorchSharp's.</summary>
public class FisherYatesShuffler(long size, int? seed = null) : IEnumerable<long>
{
    public IEnumerator<long> GetEnumerator()
    {
        var random = seed is { } given ? new Random(given) : new Random();
        var order = new long[size];
        for (long i = 0; i < size; i++)
        {
            // Two numbers of 31 bits, so that the place of a very late one is not confined.
            var place = (((long)random.Next() << 32) + random.Next()) % (i + 1);
            order[i] = order[place];
            order[place] = i;
        }
        return ((IEnumerable<long>)order).GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

namespace VitNotebooks.Data;

/// <summary>
/// Every class equally often, however many images it has: in each round one image of every class, the classes in random order. Within a class
/// its images come in random order, and from the beginning in a new one when all were shown.
/// </summary>
/// <param name="Images">Images an epoch; null: as many as the dataset has.</param>
public sealed record ClassBalancedSampler(int? Images = null) : Sampler
{
    /// <inheritdoc/>
    public override bool Repeats => true;

    /// <inheritdoc/>
    public override int Count(IImageDataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Images ?? data.Count;
    }

    /// <inheritdoc/>
    public override int[] Order(IImageDataset data, long seed, int epoch)
    {
        var count = Count(data);
        var random = Random(seed, epoch);
        List<int>[] classes = [.. ByClass(data).Where(c => c.Count > 0)];
        int[][] orders = [.. classes.Select(c => random.RandPerm(c.Count))];
        var shown = new int[classes.Length];
        var result = new int[count];
        for (var at = 0; at < count; )
        {
            foreach (var c in random.RandPerm(classes.Length))
            {
                if (at == count)
                {
                    break;
                }
                if (shown[c] == classes[c].Count)
                {
                    orders[c] = random.RandPerm(classes[c].Count);
                    shown[c] = 0;
                }
                result[at++] = classes[c][orders[c][shown[c]++]];
            }
        }
        return result;
    }

    /// <inheritdoc/>
    public override string Describe() => Images is { } images ? $"class-balanced({images})" : "class-balanced";

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults(IImageDataset data)
    {
        if (Images < 1)
        {
            yield return $"ClassBalancedSampler.Images is {Images}, expected at least 1 or null";
        }
    }

    private static List<int>[] ByClass(IImageDataset data)
    {
        List<int>[] classes = [.. data.Classes.Select(_ => new List<int>())];
        for (var i = 0; i < data.Count; i++)
        {
            classes[data.Label(i)].Add(i);
        }
        return classes;
    }
}

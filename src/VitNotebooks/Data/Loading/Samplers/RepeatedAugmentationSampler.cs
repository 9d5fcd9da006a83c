namespace VitNotebooks.Data;

/// <summary>
/// Repeated augmentation (Hoffer et al., arXiv 1901.09335; Berman et al., arXiv 1902.05509) as DeiT's and timm's samplers do it: the images in random
/// order, each <paramref name="Copies"/> times in a row and each time augmented anew, of which an epoch shows as many as the dataset has,
/// so that it meets only one image in <paramref name="Copies"/>. With as many processes as copies each process gets one of them.
/// </summary>
/// <param name="Copies">How often an image comes; 3 in DeiT.</param>
/// <param name="Multiple">An epoch's length is cut to a multiple of this, 256 in DeiT; a dataset smaller than that is not cut.</param>
public sealed record RepeatedAugmentationSampler(int Copies = 3, int Multiple = 256) : Sampler
{
    /// <inheritdoc/>
    public override bool Repeats => Copies > 1;

    /// <inheritdoc/>
    public override int Count(IImageDataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.Count < Multiple ? data.Count : data.Count / Multiple * Multiple;
    }

    /// <inheritdoc/>
    public override int[] Order(IImageDataset data, long seed, int epoch)
    {
        var count = Count(data);
        var once = Random(seed, epoch).RandPerm(data.Count);
        var result = new int[count];
        for (var i = 0; i < count; i++)
        {
            result[i] = once[i / Copies];
        }
        return result;
    }

    /// <inheritdoc/>
    public override string Describe() => $"repeated-augmentation({Copies}, multiple of {Multiple})";

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults(IImageDataset data)
    {
        if (Copies < 1)
        {
            yield return $"RepeatedAugmentationSampler.Copies is {Copies}, expected at least 1";
        }
        if (Multiple < 1)
        {
            yield return $"RepeatedAugmentationSampler.Multiple is {Multiple}, expected at least 1";
        }
    }
}

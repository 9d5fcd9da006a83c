namespace VitNotebooks.Data;

/// <summary>
/// What one process reads in one epoch: its share of the sampler's order, as torch's DistributedSampler deals it out (every so-manieth image, the
/// first ones once more where the number does not divide), and how often an image came before in the epoch, so that it is augmented anew.
/// </summary>
internal sealed class EpochOrder
{
    private readonly int[] _images;
    private readonly int[]? _draws;

    public EpochOrder(IImageDataset data, LoaderOptions options, int epoch)
    {
        var all = options.Sampler.Order(data, options.Seed, epoch);
        var draws = options.Sampler.Repeats || options.Ranks > 1 ? Draws(data.Count, all) : null;
        var count = CountOf(all.Length, options);
        if (options.Ranks == 1)
        {
            (_images, _draws) = (all, draws);
            return;
        }
        _images = new int[count];
        _draws = new int[count];
        for (var i = 0; i < count; i++)
        {
            var at = (i * options.Ranks) + options.Rank;
            _images[i] = all[at % all.Length];
            _draws[i] = draws![at % all.Length] + (at / all.Length * Multiplicity);
        }
    }

    // Where an order goes round once more, its images are drawn anew: far from any number of copies.
    private const int Multiplicity = 1 << 20;

    public int Count => _images.Length;

    /// <summary>The image at a place of the epoch.</summary>
    public int Image(int place) => _images[place];

    /// <summary>The seed of what is drawn for the image at a place of the epoch.</summary>
    public long SeedAt(int place, long seed, int epoch)
    {
        var first = TorchRandom.Mix(seed, epoch, _images[place]);
        return _draws is null || _draws[place] == 0 ? first : TorchRandom.Mix(first, _draws[place], -2);
    }

    /// <summary>Images that one process reads an epoch.</summary>
    public static int CountOf(int all, LoaderOptions options) =>
        options.DropLast ? all / options.Ranks : (int)((all + (long)options.Ranks - 1) / options.Ranks);

    private static int[] Draws(int images, int[] order)
    {
        var seen = new int[images];
        var draws = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            draws[i] = seen[order[i]]++;
        }
        return draws;
    }
}

namespace VitNotebooks.Data;

/// <summary>
/// Which images an epoch shows and in which order, as a function of labels, seed and epoch alone. A record: it prints itself, and what it prints is
/// part of a run's identity. Where several processes train together each takes every so-manieth image of this one order
/// (<see cref="LoaderOptions.Ranks"/>), so that a sampler need not know of them.
/// </summary>
public abstract record Sampler
{
    /// <summary>The dataset's order.</summary>
    public static Sampler Sequential { get; } = new SequentialSampler();

    /// <summary>Each image once, in a new order each epoch.</summary>
    public static Sampler Shuffle { get; } = new ShuffleSampler();

    /// <summary>How many images an epoch shows, over all processes.</summary>
    public abstract int Count(IImageDataset data);

    /// <summary>The epoch's images: <see cref="Count"/> indices into <paramref name="data"/>, which may repeat.</summary>
    /// <param name="data">The images; only count and labels are looked at.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">From 0.</param>
    public abstract int[] Order(IImageDataset data, long seed, int epoch);

    /// <summary>Whether an image may come more than once in an epoch; each time it is then augmented anew.</summary>
    public abstract bool Repeats { get; }

    /// <summary>The settings as text; one text for one behaviour.</summary>
    public abstract string Describe();

    /// <summary>Sentences on what does not fit the dataset; none where all is well.</summary>
    protected internal virtual IEnumerable<string> Faults(IImageDataset data) => [];

    /// <inheritdoc/>
    public sealed override string ToString() => Describe();

    // One generator an epoch; the streams of the samples have their index in its place.
    private protected static TorchRandom Random(long seed, int epoch) => new(TorchRandom.Mix(seed, epoch, -1));
}

namespace VitNotebooks.Data;

/// <summary>Some of another dataset's images, in a given order, without copying them.</summary>
public sealed class IndexedDataset : IImageDataset, IDisposable
{
    private readonly IImageDataset _inner;
    private readonly int[] _indices;
    private readonly Lazy<HashSet<string>> _sources;

    /// <summary>A view.</summary>
    /// <param name="inner">The dataset looked at.</param>
    /// <param name="indices">Indices into it.</param>
    /// <param name="description">What was chosen, and how: it becomes part of name and identity.</param>
    public IndexedDataset(IImageDataset inner, IReadOnlyList<int> indices, string description)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(indices);
        foreach (var index in indices)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)inner.Count, nameof(indices));
        }
        _inner = inner;
        _indices = [.. indices];
        _sources = new Lazy<HashSet<string>>(() => [.. _indices.Select(_inner.Source)]);
        Name = $"{inner.Name} [{description}]";
        Identity = $"{inner.Identity} [{description}]";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _indices.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => _inner.Classes;

    /// <inheritdoc/>
    public string Identity { get; }

    /// <summary>Those of the images looked at, that could not be read so far, which are among the chosen.</summary>
    public IReadOnlyList<BrokenImage> Broken =>
        _inner.Broken is { Count: > 0 } broken ? [.. broken.Where(image => _sources.Value.Contains(image.File))] : [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Remarks => _inner.Remarks;

    /// <summary>Where the chosen images stand in the dataset looked at.</summary>
    public IReadOnlyList<int> Indices => _indices;

    /// <inheritdoc/>
    public int Label(int index) => _inner.Label(_indices[index]);

    /// <inheritdoc/>
    public RgbImage Read(int index) => _inner.Read(_indices[index]);

    /// <inheritdoc/>
    public void ReadInto(int index, PixelBuffer buffer) => _inner.ReadInto(_indices[index], buffer);

    /// <inheritdoc/>
    public CropBox ReadPart(
        int index,
        Func<int, int, CropBox> choose,
        (int Width, int Height) size,
        PixelBuffer buffer
    ) => _inner.ReadPart(_indices[index], choose, size, buffer);

    /// <inheritdoc/>
    public byte[]? ReadFile(int index) => _inner.ReadFile(_indices[index]);

    /// <inheritdoc/>
    public string Source(int index) => _inner.Source(_indices[index]);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Count:N0} images, {Classes.Count} classes";

    /// <summary>Closes the files that the dataset looked at holds open; it cannot be read afterwards either.</summary>
    public void Dispose() => (_inner as IDisposable)?.Dispose();

    /// <summary>
    /// Chooses images class by class: one of each class in turn until there are enough, a class that is used up is passed over. A function of the
    /// labels and the seed alone.
    /// </summary>
    /// <returns>The chosen and the other indices, both ascending.</returns>
    /// <exception cref="ArgumentOutOfRangeException">More images are wanted than there are.</exception>
    internal static (int[] Chosen, int[] Others) ChooseBalanced(IImageDataset data, int count, long seed, string what)
    {
        if (count < 0 || count > data.Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(count),
                count,
                $"{what}: {count:N0} images wanted, but {data.Name} has {data.Count:N0}; ask for at most that many."
            );
        }
        var byClass = new List<int>[data.Classes.Count];
        for (var c = 0; c < byClass.Length; c++)
        {
            byClass[c] = [];
        }
        foreach (var index in new TorchRandom(seed).RandPerm(data.Count))
        {
            byClass[data.Label(index)].Add(index);
        }
        var taken = new bool[data.Count];
        var found = 0;
        for (var round = 0; found < count; round++)
        {
            for (var c = 0; c < byClass.Length && found < count; c++)
            {
                if (round < byClass[c].Count)
                {
                    taken[byClass[c][round]] = true;
                    found++;
                }
            }
        }
        return (
            [.. Enumerable.Range(0, taken.Length).Where(i => taken[i])],
            [.. Enumerable.Range(0, taken.Length).Where(i => !taken[i])]
        );
    }
}

using VitNotebooks.Data.Codecs;

namespace VitNotebooks.Data;

/// <summary>How <see cref="Datasets.Open(string, OpenOptions)"/> opens a dataset.</summary>
/// <example><code>
/// var photos = Datasets.Open("my-photos", new OpenOptions { Decode = DecodeOptions.Default with { ApplyOrientation = true } });
/// </code></example>
public sealed record OpenOptions
{
    private const int ListedTold = 1000; // entries between two words of how many there are

    /// <summary>Everything as published: the folder of datasets that is set up, images as they are stored.</summary>
    public static OpenOptions Default { get; } = new();

    /// <summary>Folder of datasets; null (default) for <see cref="DatasetStore.DefaultRoot"/>, and for a manifest's file also the folder it lies in.</summary>
    public string? Root { get; init; }

    /// <summary>
    /// How image files become pixels: limits, EXIF orientation, formats of one's own. Sets that hold pixels themselves (CIFAR, SVHN, Small NORB, shapes) have
    /// nothing to decode. What gives other pixels than the default is part of the data's identity.
    /// </summary>
    public DecodeOptions Decode { get; init; } = DecodeOptions.Default;

    /// <summary>Hears how far a long reading is: which file, and how much of it; null (default) where nobody listens. It is told on the thread that opens, often, and should return soon.</summary>
    public IProgress<DatasetProgress>? Progress { get; init; }

    /// <summary>
    /// Stops the opening with an <see cref="OperationCanceledException"/>: between two files, of large ones within, of folders after a thousand entries. No file is left open. What
    /// is opened knows it no more.
    /// </summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>The same, once what it says of decoding is seen to be in range.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal OpenOptions Validated() => this with { Decode = Decode.Validated() };

    /// <summary>Says how far the reading of a file is.</summary>
    /// <exception cref="OperationCanceledException">It shall go no further.</exception>
    internal void Reading(string path, long done, long? total) => Tell(DatasetStep.Reading, path, done, total);

    /// <summary>Says how many images are found.</summary>
    /// <exception cref="OperationCanceledException">No more shall be looked for.</exception>
    internal void Listing(string path, long found) => Tell(DatasetStep.Listing, path, found, null);

    /// <summary>Entries of a folder, which may be a million: says how many there are, and stops.</summary>
    internal IEnumerable<string> Listing(string path, IEnumerable<string> entries)
    {
        long found = 0;
        foreach (var entry in entries)
        {
            if (found++ % ListedTold == 0)
            {
                Listing(path, found);
            }

            yield return entry;
        }
    }

    private void Tell(DatasetStep step, string path, long done, long? total)
    {
        CancellationToken.ThrowIfCancellationRequested();
        Progress?.Report(new DatasetProgress(path, step, done, total));
    }
}

namespace VitNotebooks.Data;

/// <summary>
/// What gives a run its batches: a <see cref="Loader"/>, whose threads read and transform images one by one, or a <see cref="BatchedLoader"/>, which transforms
/// whole batches of images that lie where the model computes. The bytes of batch n depend on seed, epoch and n alone.
/// </summary>
public interface IBatchSource : IDisposable
{
    /// <summary>How batches are made.</summary>
    LoaderOptions Options { get; }

    /// <summary>Batches an epoch, the last one perhaps shorter.</summary>
    int BatchesPerEpoch { get; }

    /// <summary>Seconds that consumers have waited for data so far, over all epochs; grows also while one waits.</summary>
    double WaitSeconds { get; }

    /// <summary>How often a broken image was left out or replaced so far, over all epochs.</summary>
    long Skipped { get; }

    /// <summary>The broken images that were left out or replaced, each once, in the dataset's order.</summary>
    IReadOnlyList<BrokenImage> Broken { get; }

    /// <summary>
    /// Called on the consumer's thread about four times a second for as long as it waits for one batch, with the time that this wait has taken so far; what it
    /// throws ends the wait. Null for nothing.
    /// </summary>
    Action<TimeSpan>? Waiting { get; set; }

    /// <summary>The batches of an epoch, in order; the consumer disposes of each. Where a batch has no whole image it does not come.</summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="fromBatch">Begin here, 0..BatchesPerEpoch: what comes is what would have come.</param>
    /// <param name="cancellationToken">Ends a wait.</param>
    IEnumerable<Batch> Epoch(int epoch, int fromBatch = 0, CancellationToken cancellationToken = default);
}

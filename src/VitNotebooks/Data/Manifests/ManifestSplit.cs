namespace VitNotebooks.Data;

/// <summary>A part of a dataset.</summary>
/// <param name="Name">What it is called: <c>train</c>, <c>test</c>.</param>
/// <param name="Count">Its images; null where that is not published.</param>
/// <param name="Files">The files that hold it, in order, below the manifest's folder; empty where <paramref name="Rule"/> says it.</param>
/// <param name="Rule">How it comes out of the files.</param>
public sealed record ManifestSplit(string Name, int? Count, IReadOnlyList<string> Files, string? Rule);

/// <summary>By which mean and deviation of red, green and blue images are normalized when the set is opened, in units of 0..1.</summary>
/// <param name="Mean">Three values.</param>
/// <param name="Std">Three values.</param>
/// <param name="Source">Who normalizes this set by them.</param>
/// <param name="Own">Those of its training images, which <see cref="VisionData.Standard"/> takes; null where none are published.</param>
public sealed record ManifestNormalization(
    IReadOnlyList<float> Mean,
    IReadOnlyList<float> Std,
    string Source,
    ManifestStatistics? Own = null
)
{
    /// <summary>The set's own as what the transforms take; null where none are published.</summary>
    public ChannelStatistics? ToStatistics() => Own is null ? null : new(Own.Mean, Own.Std);
}

/// <summary>Mean and deviation of red, green and blue over the training images, in units of 0..1.</summary>
/// <param name="Mean">Three values.</param>
/// <param name="Std">Three values.</param>
/// <param name="Source">Who published them.</param>
public sealed record ManifestStatistics(IReadOnlyList<float> Mean, IReadOnlyList<float> Std, string Source);

/// <summary>How a published evaluation cuts and labels a dataset.</summary>
/// <param name="Name">The task, e.g. <c>vtab-1k/clevr-count</c>.</param>
/// <param name="Group">Its group in the suite: natural, specialized, structured; null where there are none.</param>
/// <param name="Label">What is predicted, and how it comes out of the annotations.</param>
/// <param name="ClassCount">Its classes; null where that is not published.</param>
/// <param name="Splits">Its parts.</param>
/// <param name="Source">Where all this is published.</param>
/// <param name="Reads">Which of the labels that the set's reader knows; null: its usual one.</param>
/// <param name="Differs">In what the images that this package opens are not the protocol's, a sentence; null where in nothing but their order.</param>
public sealed record ManifestProtocol(
    string Name,
    string? Group,
    string Label,
    int? ClassCount,
    IReadOnlyList<ManifestSplit> Splits,
    string Source,
    string? Reads = null,
    string? Differs = null
);

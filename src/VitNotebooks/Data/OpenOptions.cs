using VitNotebooks.Data.Codecs;

namespace VitNotebooks.Data;

/// <summary>How <see cref="Datasets.Open(string, OpenOptions)"/> opens a dataset.</summary>
/// <example><code>
/// var photos = Datasets.Open("my-photos", new OpenOptions { Decode = DecodeOptions.Default with { ApplyOrientation = true } });
/// </code></example>
public sealed record OpenOptions
{
    /// <summary>Everything as published: the folder of datasets that is set up, images as they are stored.</summary>
    public static OpenOptions Default { get; } = new();

    /// <summary>Folder of datasets; null (default) for <see cref="DatasetStore.DefaultRoot"/>, and for a manifest's file also the folder it lies in.</summary>
    public string? Root { get; init; }

    /// <summary>
    /// How image files become pixels: limits, EXIF orientation, formats of one's own. Sets that hold pixels themselves (CIFAR, SVHN, Small NORB, shapes) have
    /// nothing to decode. What gives other pixels than the default is part of the data's identity.
    /// </summary>
    public DecodeOptions Decode { get; init; } = DecodeOptions.Default;
}

using VitNotebooks.Data.Codecs;

namespace VitNotebooks.Data.Manifests;

/// <summary>A layout of files, and how it is read.</summary>
/// <param name="Name">What manifests call it.</param>
/// <param name="IsPresent">Whether the files are below a root (not whether they are sound).</param>
/// <param name="Open">Reads the splits below a root; images that are files are decoded as the options say.</param>
internal sealed record DatasetFormat(
    string Name,
    Func<DatasetManifest, string, bool> IsPresent,
    Func<DatasetManifest, string, DecodeOptions, VisionData> Open
);

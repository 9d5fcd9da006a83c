namespace VitNotebooks.Data.Manifests;

/// <summary>A layout of files, and how it is read.</summary>
/// <param name="Name">What manifests call it.</param>
/// <param name="IsPresent">Whether the files are below a root (not whether they are sound).</param>
/// <param name="Read">Reads the splits below a root; images that are files are decoded as the options say, which also hear how far it is and may stop it.</param>
internal sealed record DatasetFormat(
    string Name,
    Func<DatasetManifest, string, bool> IsPresent,
    Func<DatasetManifest, string, OpenOptions, VisionData> Read
)
{
    /// <summary>Reads the splits below a root; images are normalized as the manifest says, and a note says where the files name other classes than it.</summary>
    public VisionData Open(DatasetManifest manifest, string root, OpenOptions options)
    {
        options.CancellationToken.ThrowIfCancellationRequested();
        var data = Read(manifest, root, options) with { Preprocessing = manifest.Preprocessing };
        return OtherClasses(manifest, data) is { } note ? data with { Notes = [note, .. data.Notes] } : data;
    }

    // What says of itself that it is another set in this layout has classes of its own.
    private static string? OtherClasses(DatasetManifest manifest, VisionData data)
    {
        var (stated, here) = (manifest.Classes, data.Classes);
        if (
            stated.Count == 0
            || stated.SequenceEqual(here)
            || !data.Test.Name.StartsWith($"{manifest.Name}/", StringComparison.Ordinal)
        )
        {
            return null;
        }

        var other = Enumerable
            .Range(0, Math.Min(stated.Count, here.Count))
            .FirstOrDefault(i => stated[i] != here[i], -1);
        return $"{manifest.Name}: the files name other classes than are published, "
            + (
                other >= 0
                    ? $"the first of them {other}, '{here[other]}' in place of '{stated[other]}'"
                    : $"{here.Count:N0} in place of {stated.Count:N0}"
            )
            + "; what was trained elsewhere counts its classes otherwise.";
    }
}

using VitNotebooks.Data.Archives;

namespace VitNotebooks.Data;

/// <summary>A file of a manifest as the store handles it.</summary>
/// <param name="File">What is fetched, and where it is kept.</param>
/// <param name="Archive">How it is packed; null for one that is used as it is.</param>
/// <param name="Target">The folder below the root of datasets that it is unpacked or put into; empty for the root itself. Where all of an archive lies in
/// one folder of that name, its content is meant.</param>
/// <param name="IsOptional">Whether it is fetched only when asked for.</param>
internal sealed record DatasetFile(RemoteFile File, ArchiveKind? Archive, string Target, bool IsOptional)
{
    /// <summary>The files of a manifest, in its order.</summary>
    public static IReadOnlyList<DatasetFile> Of(DatasetManifest manifest) =>
        [.. manifest.Files.Select(file => Of(manifest, file))];

    // What lies in one folder is one file in the store, whichever of the sets that share the folder is fetched.
    private static DatasetFile Of(DatasetManifest manifest, ManifestFile file)
    {
        var target = file.UnpackTo is "." ? "" : (file.UnpackTo ?? manifest.Folder).TrimEnd('/');
        return new(
            new(
                $"{(target.Length == 0 ? manifest.Folder : target)}/{file.Path}",
                file.Urls.Count > 0 ? file.Urls[0] : manifest.Homepage
            )
            {
                What = $"{manifest.Title}, {file.Path}",
                Mirrors = [.. file.Urls.Skip(1)],
                Size = file.Size,
                Sha256 = file.Sha256,
                Md5 = file.Md5,
                Sha1 = file.Sha1,
                ByHand = file.ByHand,
            },
            file.Archive switch
            {
                null => null,
                "tar" => ArchiveKind.Tar,
                "tar.gz" => ArchiveKind.TarGzip,
                "zip" => ArchiveKind.Zip,
                "gz" => ArchiveKind.Gzip,
                var other => throw new ArgumentException(
                    $"{manifest.Name}: the archive '{other}' of {file.Path} is none of tar, tar.gz, zip, gz.",
                    nameof(manifest)
                ),
            },
            target,
            file.Optional
        );
    }
}

namespace VitNotebooks.Data;

public sealed partial class DatasetStore
{
    /// <summary>Reads every byte of a dataset and compares it with what was unpacked, or else with what is published.</summary>
    /// <param name="manifest">The dataset.</param>
    /// <param name="progress">Hears how far it is, a few times a second at most.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="DatasetNotFoundException">It is not here, or nothing is known that it could be compared with.</exception>
    public async Task<DatasetCheck> VerifyAsync(
        DatasetManifest manifest,
        IProgress<DatasetProgress>? progress = null,
        CancellationToken cancel = default
    )
    {
        ArgumentNullException.ThrowIfNull(manifest);
        if (StateOf(manifest) is DatasetState.Absent)
        {
            throw new DatasetNotFoundException(
                $"{manifest.Name} is not in {Root}; vitnb data get {manifest.Name} fetches it, and {Datasets.RootVariable} names another folder."
            );
        }

        List<string> faults = [];
        var (count, bytes) = await VerifyArchives(manifest, faults, progress, cancel);
        var known = await KnownFiles(manifest, cancel);
        if (known.Count == 0)
        {
            throw new DatasetNotFoundException(
                $"{PathOf(manifest)} cannot be verified: it was not unpacked by vitnb data get, and no hashes of its files are published."
            );
        }

        foreach (var (path, file) in known)
        {
            var full = Below(path);
            if (!File.Exists(full))
            {
                faults.Add($"{full} is missing.");
                continue;
            }
            await using var content = File.OpenRead(full);
            var hashes = await FileHashes.OfAsync(content, file, Checking(path, progress), cancel);
            if (hashes.Difference(file, null) is { } difference)
            {
                faults.Add($"{full} is another file than the one that was unpacked or published: {difference}.");
            }

            count++;
            bytes += hashes.Length;
        }
        HashSet<string> ofOthers =
        [
            .. Sharing(manifest)
                .Where(listing => File.Exists(listing))
                .SelectMany(listing => File.ReadLines(listing))
                .Select(line => Parse(line).Path),
        ];
        var unlisted = Directory
            .EnumerateFiles(PathOf(manifest), "*", SearchOption.AllDirectories)
            .Select(file => Relative(file))
            .LongCount(file => !known.ContainsKey(file) && !ofOthers.Contains(file) && !PlaceIndex.IsOne(file));
        return new(count, bytes, faults, unlisted);
    }

    private async Task<(long Count, long Bytes)> VerifyArchives(
        DatasetManifest manifest,
        List<string> faults,
        IProgress<DatasetProgress>? progress,
        CancellationToken cancel
    )
    {
        long count = 0;
        long bytes = 0;
        foreach (var file in DatasetFile.Of(manifest))
        {
            try
            {
                if (
                    await Files.VerifyAsync(file.File, Bytes(file.File.What, DatasetStep.Checking, progress), cancel)
                    is not { } stored
                )
                {
                    continue;
                }

                count++;
                bytes += new FileInfo(stored.Path).Length;
            }
            catch (WrongFileException e)
            {
                faults.Add(e.Message);
            }
        }
        return (count, bytes);
    }

    // By name below the root: what was unpacked, and what is published of it.
    private async Task<SortedDictionary<string, RemoteFile>> KnownFiles(
        DatasetManifest manifest,
        CancellationToken cancel
    )
    {
        var known = new SortedDictionary<string, RemoteFile>(StringComparer.Ordinal);
        var listing = NotesOf(manifest, ".sha256");
        if (ReceiptOf(manifest) is not null && File.Exists(listing))
        {
            await foreach (var line in File.ReadLinesAsync(listing, cancel))
            {
                var (hash, path) = Parse(line);
                known[path] = new(path, "") { Sha256 = hash };
            }
        }

        foreach (var content in manifest.Contents)
        {
            var path = $"{manifest.Folder}/{content.Path}";
            known[path] = new(path, "")
            {
                Size = content.Size,
                Sha256 = content.Sha256 ?? known.GetValueOrDefault(path)?.Sha256,
                Md5 = content.Md5,
            };
        }
        return known;
    }
}

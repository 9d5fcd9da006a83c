namespace VitNotebooks.Data.Manifests;

/// <summary>
/// The tasks of published evaluations, opened by their names: VTAB-1k (Zhai et al. 2019, arXiv 1910.04867: 800 images to train on and 200 to choose by) and the few-shot sets of
/// Scaling ViT (arXiv 2106.04560).
/// </summary>
/// <remarks>
/// VTAB's parts are slices of the order in which tensorflow_datasets shuffles its own files, and that order is published nowhere as a list. What is published is which split each
/// part comes from, its place and its size: the same slices are taken here of an order by this package's own seed. They never overlap where VTAB's do not. The images are
/// others, and <see cref="VisionData.Notes"/> says so.
/// </remarks>
internal static class DatasetProtocols
{
    private const long Seed = 0;
    private const string Train = "train800";
    private const string Validation = "val200";

    /// <summary>Opens a task.</summary>
    /// <param name="manifest">The set that it is a task of.</param>
    /// <param name="protocol">The task.</param>
    /// <param name="root">The folder of datasets that has the set's files.</param>
    /// <param name="options">How images that are files are decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">The files are not there, are too few, or the rule of a part cannot be followed with them.</exception>
    /// <exception cref="DatasetFormatException">The files are damaged, or give another number of images than is published.</exception>
    public static VisionData Open(DatasetManifest manifest, ManifestProtocol protocol, string root, OpenOptions options)
    {
        _ = DatasetFormats.Of(manifest);
        var hasThousand = protocol.Splits.Any(split => split.Name == Train);
        ManifestSplit[] wanted =
        [
            .. (hasThousand ? new[] { Train, Validation, "test" } : ["train", "test"]).Select(name =>
                protocol.Splits.FirstOrDefault(split => split.Name == name)
                ?? throw new ManifestException(manifest.Name, [$"{protocol.Name} has no split {name}"])
            ),
        ];
        (ManifestSplit Split, ProtocolSlice Slice)[] slices =
        [
            .. wanted.Select(split =>
                ProtocolSlice.Parse(split.Rule) is [var slice]
                    ? (split, slice)
                    : throw new DatasetNotFoundException(
                        $"{protocol.Name}: its split {split.Name} is '{split.Rule}', which cannot be had from the files alone. Open the whole set with "
                            + $"Datasets.Open(\"{manifest.Name}\") and choose from it."
                    )
            ),
        ];
        var sources = Sources(manifest, protocol, [.. slices.Select(each => each.Slice)], root, options);
        IImageDataset[] parts = [.. slices.Select(each => Take(manifest, protocol, each.Split, each.Slice, sources))];
        return new VisionData
        {
            Name = protocol.Name,
            Train = parts[0],
            Validation = hasThousand ? parts[1] : null,
            Test = parts[^1],
            Preprocessing = manifest.Preprocessing,
            Statistics = manifest.Normalization?.ToStatistics(),
            Notes =
            [
                Note(protocol, hasThousand, parts[0].Classes.Count),
                .. protocol.Differs is { } differs ? [$"{protocol.Name}: {differs}"] : Array.Empty<string>(),
            ],
        };
    }

    private static string Note(ManifestProtocol protocol, bool hasThousand, int classes) =>
        hasThousand
            ? $"{protocol.Name}: VTAB's images are slices of tensorflow_datasets' own shuffled order, which is published nowhere; these have the sizes and come from the splits "
                + $"that are published, in an order by seed {Seed}. A number measured on them does not stand beside a published one. data.JoinValidation() trains on all 1,000."
            : $"{protocol.Name}: 1, 5, 10 or 25 images of each class are trained on, chosen with seeds 0, 1, 2 of the authors' own code; data.Subset(shots * {classes}, seed: s) "
                + "chooses as many, and other images.";

    // The splits that the rules name, by the names of tensorflow_datasets.
    private static Dictionary<string, IImageDataset> Sources(
        DatasetManifest manifest,
        ManifestProtocol protocol,
        ProtocolSlice[] slices,
        string root,
        OpenOptions options
    )
    {
        var sources = new Dictionary<string, IImageDataset>(StringComparer.Ordinal);
        if (manifest.Format == "flowers102")
        {
            foreach (var (name, set) in new[] { ("train", "trnid"), ("validation", "valid"), ("test", "tstid") })
            {
                var images = Flowers102.OpenSplit(
                    DatasetFormats.Home(manifest, root),
                    [set],
                    $"{manifest.Name}/{(set == "tstid" ? "test" : set)}",
                    manifest.Classes,
                    options
                );
                DatasetFormats.CheckCount(manifest, images, images.Folder);
                sources[name] = images;
            }
            return sources;
        }
        // Of a set without splits tensorflow_datasets has one, of all images.
        if (manifest.Format == "unsplit-folders" && slices.All(slice => slice.Split == "train"))
        {
            sources["train"] = UnsplitFolders.OpenWhole(UnsplitFolders.Find(manifest, root), manifest, options);
            return sources;
        }
        if (manifest.Format == "dsprites" && slices.All(slice => slice.Split == "train"))
        {
            var label = LabelOf(manifest, protocol, DSpritesLabel.Shape);
            sources["train"] = DatasetFormats.WholeDSprites(manifest, root, options, label);
            return sources;
        }
        var data = manifest.Format switch
        {
            "smallnorb" => DatasetFormats.OpenSmallNorb(
                manifest,
                root,
                options,
                LabelOf(manifest, protocol, SmallNorbLabel.Category)
            ),
            "clevr" => DatasetFormats.OpenClevr(manifest, root, options, LabelOf(manifest, protocol, ClevrLabel.Count)),
            _ => DatasetFormats.Open(manifest, root, options),
        };
        sources["train"] = data.Train;
        // Of what is published without labels to test on, the validation split is opened in its place.
        sources[data.Test.Name.EndsWith("/val", StringComparison.Ordinal) ? "validation" : "test"] = data.Test;
        if (data.Validation is { } validation)
        {
            sources["validation"] = validation;
        }

        return sources;
    }

    private static T LabelOf<T>(DatasetManifest manifest, ManifestProtocol protocol, T usual)
        where T : struct, Enum
    {
        if (protocol.Reads is not { } reads)
        {
            return usual;
        }

        return Enum.GetValues<T>()
                .Where(label => label.ToString().Equals(reads, StringComparison.OrdinalIgnoreCase))
                .Select(label => (T?)label)
                .FirstOrDefault()
            ?? throw new ManifestException(
                manifest.Name,
                [
                    $"{protocol.Name}: reads is '{reads}'; expected one of {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}",
                ]
            );
    }

    private static IImageDataset Take(
        DatasetManifest manifest,
        ManifestProtocol protocol,
        ManifestSplit split,
        ProtocolSlice slice,
        Dictionary<string, IImageDataset> sources
    )
    {
        if (!sources.TryGetValue(slice.Split, out var source))
        {
            throw new DatasetNotFoundException(
                $"{protocol.Name}: its split {split.Name} is cut out of the split {slice.Split}, and the files here give only {string.Join(", ", sources.Keys)}. "
                    + $"Fetch the set whole: vitnb data get {manifest.Name}."
            );
        }

        var (from, to) = slice.Of(source.Count);
        if (from > to || to > source.Count)
        {
            throw new DatasetNotFoundException(
                $"{protocol.Name}: its split {split.Name} takes the images {from:N0} to {to:N0} of {source.Name}, which has {source.Count:N0} here. "
                    + $"Fetch the set whole: vitnb data get {manifest.Name}."
            );
        }

        var images = slice.IsWhole
            ? source
            : new IndexedDataset(
                source,
                [.. new TorchRandom(Seed).RandPerm(source.Count).Skip(from).Take(to - from).Order()],
                $"{protocol.Name} {split.Name}: own order, seed {Seed}"
            );
        return split.Count is { } count && images.Listed != count
            ? throw new DatasetFormatException(
                $"{protocol.Name}: its split {split.Name} has {images.Listed:N0} images; expected {count:N0}. Which file of {manifest.Name} is another one says: "
                    + $"vitnb data verify {manifest.Name}.",
                source.Count > 0 ? source.Source(0) : source.Name
            )
            : images;
    }
}

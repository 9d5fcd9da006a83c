using VitNotebooks.Data.Manifests;

namespace VitNotebooks.Data;

/// <summary>The layouts that this package reads: what a manifest's <c>format</c> may be.</summary>
public static class DatasetFormats
{
    private static readonly DatasetFormat[] s_all =
    [
        new("cifar10", (manifest, root) => Cifar10.IsPresent(Home(manifest, root)), OpenCifar10),
        new("cifar100", (manifest, root) => Cifar100.IsPresent(Home(manifest, root)), OpenCifar100),
        new("svhn", (manifest, root) => Svhn.IsPresent(Home(manifest, root)), OpenSvhn),
        new("flowers102", (manifest, root) => Flowers102.IsPresent(Home(manifest, root)), OpenFlowers102),
        new("domainnet", IsDomainNetPresent, OpenDomainNet),
        new("imagenet", (manifest, root) => ImageNetFolder(manifest, root) is not null, OpenImageNet),
        new("cub200", (manifest, root) => Cub200.IsPresent(Below(manifest, root)), OpenCub200),
        new("fgvc-aircraft", (manifest, root) => FgvcAircraft.IsPresent(Below(manifest, root)), OpenFgvcAircraft),
        new("pets", (manifest, root) => OxfordPets.IsPresent(Below(manifest, root)), OpenPets),
        new("dtd", (manifest, root) => DescribableTextures.IsPresent(Below(manifest, root)), OpenDtd),
        new("image-folders", (manifest, root) => Directory.Exists(Below(manifest, root)), OpenImageFolders),
        new(
            "numbered-folders",
            (manifest, root) => Directory.Exists(NumberedFolder(manifest, root)),
            OpenNumberedFolders
        ),
        new("webdataset", (manifest, root) => Shards(manifest, root, "train").All(Exists), OpenWebDataset),
        new("stanford-cars", (manifest, root) => StanfordCars.IsPresent(Below(manifest, root)), OpenStanfordCars),
        new("stanford-dogs", (manifest, root) => StanfordDogs.IsPresent(Below(manifest, root)), OpenStanfordDogs),
        new("objectnet", (manifest, root) => ObjectNet.IsPresent(Below(manifest, root)), OpenObjectNet),
        new(
            "unsplit-folders",
            (manifest, root) => Directory.Exists(UnsplitFolders.Find(manifest, root)),
            OpenUnsplitFolders
        ),
        new("sun397", (manifest, root) => Sun397.IsPresent(Below(manifest, root)), OpenSun397),
        new(
            "smallnorb",
            (manifest, root) => SmallNorb.IsPresent(Below(manifest, root), manifest),
            (manifest, root, options) => OpenSmallNorb(manifest, root, options, SmallNorbLabel.Category)
        ),
        new("dsprites", (manifest, root) => DSpritesFile.Place(Below(manifest, root)) is not null, OpenDSprites),
        new(
            "clevr",
            (manifest, root) => Clevr.IsPresent(Below(manifest, root)),
            (manifest, root, options) => OpenClevr(manifest, root, options, ClevrLabel.Count)
        ),
        new("kitti", (manifest, root) => Kitti.IsPresent(Below(manifest, root)), OpenKitti),
        new("patch-camelyon", IsPatchCamelyonPresent, OpenPatchCamelyon),
        new("dmlab", (manifest, root) => Dmlab.IsPresent(Below(manifest, root)), OpenDmlab),
        new("retinopathy", (manifest, root) => Retinopathy.IsPresent(Below(manifest, root)), OpenRetinopathy),
        new("imagenet21k", (manifest, root) => ImageNet21k.IsPresent(Below(manifest, root)), OpenImageNet21k),
    ];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_all.Select(format => format.Name)];

    /// <summary>The layout of a manifest.</summary>
    /// <exception cref="DatasetNotFoundException">This package has no reader for it.</exception>
    internal static DatasetFormat Of(DatasetManifest manifest) =>
        Array.Find(s_all, format => format.Name == manifest.Format)
        ?? throw new DatasetNotFoundException(
            $"{manifest.Name} ({manifest.Title}): this package has no reader for its layout, only a manifest of its files. "
                + (
                    manifest.Conversion
                    ?? "Sort the images into the folders train and val (or test) with one folder a class each, and open that folder."
                )
        );

    /// <summary>Opens what a manifest describes, and compares each split's list with the count that its publisher states.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="root">The folder of datasets that has its files.</param>
    /// <param name="options">How images that are files are decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">Its files are not there, or its layout is not read.</exception>
    /// <exception cref="DatasetFormatException">The files are damaged, or name more or fewer images than there should be.</exception>
    internal static VisionData Open(DatasetManifest manifest, string root, OpenOptions options)
    {
        var data = Of(manifest).Open(manifest, root, options.Validated());
        try
        {
            foreach (var split in data.Splits)
            {
                CheckCount(manifest, split, Below(manifest, root));
            }
        }
        catch (DatasetFormatException)
        {
            data.Dispose();
            throw;
        }
        return data;
    }

    // Images that are not there are no fault of the list that names them: a part of a set is opened, and it is said (IImageDataset.Remarks).
    // What says of itself that it is another set in this layout has another name, and counts of its own.
    internal static void CheckCount(DatasetManifest manifest, IImageDataset images, string folder)
    {
        var split = manifest.Splits.FirstOrDefault(split => images.Name == $"{manifest.Name}/{split.Name}");
        if (split?.Count is { } count && images.Listed != count)
        {
            throw new DatasetFormatException(
                $"{images.Name}: {images.Listed:N0} images are listed; expected {count:N0} in {Path.GetFullPath(folder)}. Which file is another one says: "
                    + $"vitnb data verify {manifest.Name}. A part of the set with lists of its own opens as a folder: Datasets.Open(path).",
                folder
            );
        }
    }

    private static VisionData OpenCifar10(DatasetManifest manifest, string root, OpenOptions options)
    {
        var (train, test) = Cifar10.Open(Home(manifest, root), manifest, options);
        return Data(manifest, train, test) with
        {
            // Another set in this layout has other statistics.
            Statistics = train.Name.StartsWith($"{manifest.Name}/", StringComparison.Ordinal)
                ? manifest.Normalization?.ToStatistics()
                : null,
        };
    }

    private static VisionData OpenCifar100(DatasetManifest manifest, string root, OpenOptions options)
    {
        var (train, test) = Cifar100.Open(Home(manifest, root), Cifar100Labels.Fine, manifest, options);
        return Data(manifest, train, test);
    }

    private static VisionData OpenSvhn(DatasetManifest manifest, string root, OpenOptions options)
    {
        var (train, test) = Svhn.Open(Home(manifest, root), manifest, options);
        return Data(manifest, train, test);
    }

    private static VisionData OpenFlowers102(DatasetManifest manifest, string root, OpenOptions options) =>
        Data(
            manifest,
            Flowers102.OpenSplit(
                Home(manifest, root),
                ["trnid", "valid"],
                $"{manifest.Name}/train",
                manifest.Classes,
                options
            ),
            Flowers102.OpenSplit(Home(manifest, root), ["tstid"], $"{manifest.Name}/test", manifest.Classes, options)
        );

    private static bool IsDomainNetPresent(DatasetManifest manifest, string root) =>
        DomainNetLists(manifest).All(list => DomainNet.FindList(Below(manifest, root), list) is not null);

    private static VisionData OpenDomainNet(DatasetManifest manifest, string root, OpenOptions options)
    {
        var lists = DomainNetLists(manifest);
        ListedImages Split(int i) =>
            DomainNet.OpenSplit(
                Below(manifest, root),
                lists[i],
                $"{manifest.Name}/{(i == 0 ? "train" : "test")}",
                manifest.Classes,
                options
            );
        return Data(manifest, Split(0), Split(1));
    }

    private static string[] DomainNetLists(DatasetManifest manifest) =>
        [
            .. new[] { "train", "test" }.Select(split =>
                manifest.Split(split).Files is [var list]
                    ? list
                    : throw new ManifestException(manifest.Name, [$"splits.{split}.files must name the list file"])
            ),
        ];

    private static string? ImageNetFolder(DatasetManifest manifest, string root) =>
        new[] { Below(manifest, root), Path.Combine(root, ImageNet.FolderName), root }.FirstOrDefault(
            ImageNet.IsPresent
        );

    private static VisionData OpenImageNet(DatasetManifest manifest, string root, OpenOptions options)
    {
        var folder = ImageNetFolder(manifest, root) ?? Below(manifest, root);
        return Data(
            manifest,
            ImageNet.OpenSplit(folder, "train", manifest, options),
            ImageNet.OpenSplit(folder, "val", manifest, options)
        );
    }

    private static VisionData OpenCub200(DatasetManifest manifest, string root, OpenOptions options)
    {
        var (train, test) = Cub200.Open(Below(manifest, root), manifest.Name, options);
        return Data(manifest, train, test);
    }

    private static VisionData OpenFgvcAircraft(DatasetManifest manifest, string root, OpenOptions options) =>
        Data(
            manifest,
            FgvcAircraft.OpenSplit(Below(manifest, root), "trainval", $"{manifest.Name}/train", options),
            FgvcAircraft.OpenSplit(Below(manifest, root), "test", $"{manifest.Name}/test", options)
        );

    private static VisionData OpenPets(DatasetManifest manifest, string root, OpenOptions options) =>
        Data(
            manifest,
            OxfordPets.OpenSplit(
                Below(manifest, root),
                "trainval",
                $"{manifest.Name}/train",
                manifest.Classes,
                options
            ),
            OxfordPets.OpenSplit(Below(manifest, root), "test", $"{manifest.Name}/test", manifest.Classes, options)
        );

    private static VisionData OpenDtd(DatasetManifest manifest, string root, OpenOptions options)
    {
        var (train, validation, test) = DescribableTextures.Open(Below(manifest, root), manifest.Name, options);
        return Data(manifest, train, test) with { Validation = validation };
    }

    private static VisionData OpenImageFolders(DatasetManifest manifest, string root, OpenOptions options)
    {
        ImageFolder Split(string name, IReadOnlyList<string>? classes)
        {
            var folder = Path.Combine(Below(manifest, root), manifest.Split(name).Files.FirstOrDefault() ?? name);
            return new ImageFolder(folder, classes, options, $"{manifest.Name}/{name}");
        }
        var train = Split("train", manifest.Classes.Count > 0 ? manifest.Classes : null);
        return Data(manifest, train, Split("test", train.Classes));
    }

    // Its archives hold the folders of classes in a folder that is not called as the set: they lie there, or below the set's own folder.
    private static string NumberedFolder(DatasetManifest manifest, string root)
    {
        string[] folders =
        [
            Below(manifest, root),
            .. manifest
                .Splits.SelectMany(split => split.Files)
                .SelectMany(file => new[] { Path.Combine(Below(manifest, root), file), Path.Combine(root, file) }),
        ];
        return Array.Find(folders, folder => Directory.Exists(Path.Combine(folder, "0"))) ?? folders[0];
    }

    private static VisionData OpenNumberedFolders(DatasetManifest manifest, string root, OpenOptions options)
    {
        string[] folders = [.. Enumerable.Range(0, manifest.Classes.Count).Select(i => $"{i}")];
        var test = ImageFolder.Of(
            NumberedFolder(manifest, root),
            folders,
            manifest.Classes,
            $"{manifest.Name}/test",
            options
        );
        return Data(manifest, new EmptySplit($"{manifest.Name}/train", manifest.Classes), test);
    }

    private static string[] Shards(DatasetManifest manifest, string root, string split) =>
        [
            .. manifest
                .Split(split)
                .Files.SelectMany(file => WebDataset.Expand(Path.Combine(Below(manifest, root), file))),
        ];

    private static VisionData OpenWebDataset(DatasetManifest manifest, string root, OpenOptions options) =>
        Data(
            manifest,
            WebDataset.Open(Shards(manifest, root, "train"), manifest.Classes, $"{manifest.Name}/train", options),
            WebDataset.Open(Shards(manifest, root, "test"), manifest.Classes, $"{manifest.Name}/test", options)
        );

    private static VisionData OpenStanfordCars(DatasetManifest manifest, string root, OpenOptions options)
    {
        var (train, test) = StanfordCars.Open(Below(manifest, root), manifest.Name, options);
        return Data(manifest, train, test);
    }

    private static VisionData OpenStanfordDogs(DatasetManifest manifest, string root, OpenOptions options)
    {
        var (train, test) = StanfordDogs.Open(Below(manifest, root), manifest.Name, options);
        return Data(manifest, train, test);
    }

    private static VisionData OpenObjectNet(DatasetManifest manifest, string root, OpenOptions options)
    {
        var test = ObjectNet.Open(Below(manifest, root), $"{manifest.Name}/test", manifest.ClassCount ?? 113, options);
        return Data(manifest, new EmptySplit($"{manifest.Name}/train", test.Classes), test);
    }

    private static VisionData OpenUnsplitFolders(DatasetManifest manifest, string root, OpenOptions options)
    {
        var (train, validation, test) = UnsplitFolders.Open(UnsplitFolders.Find(manifest, root), manifest, options);
        var data = Data(manifest, train, test) with { Validation = validation };
        var here = data.Splits.Sum(split => split.Count);
        var all = manifest.Splits.FirstOrDefault(split => split.Name == "all")?.Count ?? here;
        if (here > all)
        {
            throw new DatasetFormatException(
                $"{manifest.Name}: {here:N0} images are in {Path.GetFullPath(UnsplitFolders.Find(manifest, root))}; expected {all:N0}. Which of them are others says: "
                    + $"vitnb data verify {manifest.Name}.",
                UnsplitFolders.Find(manifest, root)
            );
        }

        return here == all
            ? data
            : data with
            {
                Notes =
                [
                    $"{manifest.Name}: {here:N0} of {all:N0} images are here; the splits are the same shares of them as of all.",
                ],
            };
    }

    private static VisionData OpenSun397(DatasetManifest manifest, string root, OpenOptions options)
    {
        var (train, validation, test) = Sun397.Open(Below(manifest, root), manifest.Name, options);
        return Data(manifest, train, test) with { Validation = validation };
    }

    internal static VisionData OpenSmallNorb(
        DatasetManifest manifest,
        string root,
        OpenOptions options,
        SmallNorbLabel label
    )
    {
        SmallNorb Split(string split) => SmallNorb.OpenSplit(Below(manifest, root), split, label, manifest, options);
        return Data(manifest, Split("train"), Split("test"));
    }

    // The authors publish no split; the whole is divided as the sets of class folders are.
    private static VisionData OpenDSprites(DatasetManifest manifest, string root, OpenOptions options)
    {
        var (train, validation, test) = UnsplitFolders.Divide(
            WholeDSprites(manifest, root, options, DSpritesLabel.Shape),
            manifest
        );
        return Data(manifest, train, test) with { Validation = validation };
    }

    internal static DSprites WholeDSprites(
        DatasetManifest manifest,
        string root,
        OpenOptions options,
        DSpritesLabel label
    )
    {
        var all = DSprites.Open(Below(manifest, root), label, $"{manifest.Name}/all", options);
        CheckCount(manifest, all, Below(manifest, root));
        return all;
    }

    internal static VisionData OpenClevr(DatasetManifest manifest, string root, OpenOptions options, ClevrLabel label)
    {
        ListedImages Split(string split)
        {
            var images = Clevr.OpenSplit(Below(manifest, root), split, label, $"{manifest.Name}/{split}", options);
            CheckCount(manifest, images, Below(manifest, root));
            return images;
        }
        return Data(manifest, Split("train"), Split("val"));
    }

    private static VisionData OpenKitti(DatasetManifest manifest, string root, OpenOptions options)
    {
        var (train, validation, test) = Kitti.Open(Below(manifest, root), manifest.Name, options);
        return Data(manifest, train, test) with { Validation = validation };
    }

    private static (string Images, string Labels) PatchCamelyonFiles(
        DatasetManifest manifest,
        string root,
        string split
    ) =>
        manifest.Split(split).Files is [var images, var labels]
            ? (Path.Combine(Below(manifest, root), images), Path.Combine(Below(manifest, root), labels))
            : throw new ManifestException(
                manifest.Name,
                [$"splits.{split}.files must name the file of the images and that of the labels"]
            );

    private static bool IsPatchCamelyonPresent(DatasetManifest manifest, string root) =>
        new[] { "train", "val", "test" }
            .Select(split => PatchCamelyonFiles(manifest, root, split))
            .All(files => File.Exists(files.Images) && File.Exists(files.Labels));

    private static VisionData OpenPatchCamelyon(DatasetManifest manifest, string root, OpenOptions options)
    {
        List<PatchCamelyon> splits = [];
        try
        {
            foreach (var split in new[] { "train", "val", "test" })
            {
                var (images, labels) = PatchCamelyonFiles(manifest, root, split);
                splits.Add(PatchCamelyon.Open(images, labels, $"{manifest.Name}/{split}", options));
            }
        }
        catch
        {
            splits.ForEach(split => split.Dispose());
            throw;
        }
        return Data(manifest, splits[0], splits[2]) with { Validation = splits[1] };
    }

    private static VisionData OpenDmlab(DatasetManifest manifest, string root, OpenOptions options)
    {
        Dmlab Split(string split, string name) =>
            Dmlab.OpenSplit(Below(manifest, root), split, $"{manifest.Name}/{name}", options);
        return Data(manifest, Split("train", "train"), Split("test", "test")) with
        {
            Validation = Split("validation", "val"),
        };
    }

    private static VisionData OpenRetinopathy(DatasetManifest manifest, string root, OpenOptions options)
    {
        var (train, validation, test) = Retinopathy.Open(Below(manifest, root), manifest.Name, options);
        return Data(manifest, train, test) with { Validation = validation };
    }

    private static VisionData OpenImageNet21k(DatasetManifest manifest, string root, OpenOptions options)
    {
        var train = ImageNet21k.Open(Below(manifest, root), $"{manifest.Name}/train", options);
        var aside = Path.Combine(Below(manifest, root), "val");
        return Data(
            manifest,
            train,
            Directory.Exists(aside)
                ? new ImageFolder(aside, train.Classes, options, $"{manifest.Name}/val")
                : new EmptySplit($"{manifest.Name}/test", train.Classes)
        );
    }

    private static bool Exists(string path) => File.Exists(path);

    // Readers of one published set look below the root for the folder of its archive; a manifest of one's own names another.
    internal static string Home(DatasetManifest manifest, string root) =>
        DatasetManifests.Find(manifest.Format!)?.Folder == manifest.Folder ? root : Below(manifest, root);

    private static string Below(DatasetManifest manifest, string root) => Path.Combine(root, manifest.Folder);

    private static VisionData Data(DatasetManifest manifest, IImageDataset train, IImageDataset test) =>
        new()
        {
            Name = manifest.Name,
            Train = train,
            Test = test,
            Preprocessing = manifest.Preprocessing,
            Statistics = manifest.Normalization?.ToStatistics(),
        };
}

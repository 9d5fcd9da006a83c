using System.Diagnostics;
using System.Text;
using Shouldly;
using VitNotebooks.Data;
using Xunit;
using Xunit.Abstractions;

namespace VitNotebooks.Tests.Data;

/// <summary>
/// Files with bytes changed, cut out, put in or cut off: every reader says what is wrong in an error of ours or gives images of the right form, and takes no
/// more memory than the file's size allows.
/// </summary>
[Collection(DatasetOracleCollection.Name)]
public sealed class ReaderFuzzTests(DatasetOracle oracle, Hdf5Oracle hdf5, ITestOutputHelper output)
    : IClassFixture<Hdf5Oracle>,
        IDisposable
{
    private const int Few = 400;
    private const int Many = 100_000;
    private static readonly string[] s_classes = ["a", "b", "c", "d", "e", "f", "g"];
    private static readonly DatasetManifest s_cifar10 = DatasetOracle.WithCounts("cifar10", ("train", 25), ("test", 5));
    private static readonly DatasetManifest s_cifar100 = DatasetOracle.WithCounts(
        "cifar100",
        ("train", 8),
        ("test", 4)
    );
    private static readonly DatasetManifest s_svhn = DatasetOracle.WithCounts(
        "svhn",
        ("train", 11),
        ("test", 3),
        ("extra", 2)
    );
    private static readonly DatasetManifest s_smallNorb = DatasetOracle.WithCounts(
        "smallnorb",
        ("train", 5),
        ("test", 3)
    );
    private static readonly DatasetManifest s_imageNet = DatasetOracle.WithCounts(
        "imagenet1k",
        ("train", 6),
        ("val", 6)
    ) with
    {
        ClassCount = 3,
        Classes = ["n01440764", "n02119789", "n03255030"],
        ClassTitles = [],
        PublisherOrder = ["n02119789", "n01440764", "n03255030"],
    };
    private readonly DataFolder _folder = new();

    public static TheoryData<string> Readers =>
        [
            "mat plain",
            "mat packed",
            "mat nested",
            "svhn plain",
            "svhn packed",
            "svhn big",
            "flowers sets",
            "flowers labels",
            "cars annotations",
            "cars names",
            "cars single",
            "dogs",
            "domainnet",
            "cub",
            "aircraft",
            "pets",
            "dtd",
            "sun397",
            "cifar10 python",
            "cifar10 binary",
            "cifar100 python",
            "cifar100 names",
            "cifar100 binary",
            "smallnorb images",
            "smallnorb angles",
            "objectnet",
            "real labels",
            "image folder",
            "webdataset",
            "imagenet train",
            "imagenet val",
            "imagenet kit",
            "packed pixels",
            "packed files",
            "manifest",
            "clevr",
            "kitti labels",
            "kitti places",
            "kitti drives",
            "retinopathy",
            "tfrecord",
            "tfrecord example",
            "imagenet21k",
            "pcam images",
            "pcam packed",
            "pcam labels",
            "dsprites hdf5",
            "dsprites npz",
            "dsprites plain",
        ];

    [Theory]
    [MemberData(nameof(Readers))]
    public void Read_FilesWithMutations_IsSoundOrAnError(string reader) => Fuzz(reader, Few);

    [Theory]
    [Trait("Category", "OnDemand")]
    [MemberData(nameof(Readers))]
    public void Read_ManyFilesWithMutations_IsSoundOrAnError(string reader) => Fuzz(reader, Many);

    public void Dispose() => _folder.Dispose();

    private void Fuzz(string reader, int count)
    {
        var (file, read) = Prepare(reader);
        var whole = File.ReadAllBytes(file);
        read(); // untouched, it is right
        var random = new TorchRandom(reader.Length * 1000L);
        var errors = 0;
        long largest = 0;
        var slowest = TimeSpan.Zero;
        var all = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            var mutant = FileMutations.Next(whole, random);
            File.WriteAllBytes(file, mutant);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            try
            {
                read();
            }
            catch (DataException e)
            {
                e.Message.ShouldEndWith(".");
                e.Message.Length.ShouldBeLessThan(3000);
                errors++;
            }
            catch (Exception e) when (e is not ShouldAssertException)
            {
                throw new InvalidOperationException(
                    $"{reader}, mutation {i}: {e.GetType().Name} is no error of ours.",
                    e
                );
            }
            var took = Stopwatch.GetElapsedTime(start);
            slowest = took > slowest ? took : slowest;
            // zlib packs 1,032 bytes into one at most; all else is of the file's order.
            var most = (64L << 20) + (whole.Length * 1100L);
            var taken = GC.GetAllocatedBytesForCurrentThread() - before;
            taken.ShouldBeLessThan(most, $"{reader}, mutation {i}");
            largest = Math.Max(largest, taken);
        }
        output.WriteLine(
            $"{reader}: {count:N0} mutations of {whole.Length:N0} bytes, {errors:N0} errors, at most {largest / 1024.0:N0} KiB and {slowest.TotalMilliseconds:N0} ms, {all.Elapsed.TotalSeconds:N0} s"
        );
        errors.ShouldBeGreaterThan(count / 50, "the mutations do not reach the reader");
        slowest.ShouldBeLessThan(TimeSpan.FromSeconds(20)); // a mutant that takes for ever would take longer
    }

    private (string File, Action Read) Prepare(string reader)
    {
        var form = reader.Split(' ')[^1];
        switch (reader)
        {
            case "mat plain" or "mat packed" or "mat nested":
                var mat = Copy(["mat", $"{form}.mat"], "x.mat");
                return (mat, () => Touch(MatFile.Read(mat).Values));
            case "svhn plain" or "svhn packed" or "svhn big":
                var svhn = Copy([$"svhn-{form}", "test_32x32.mat"], "test_32x32.mat");
                return (svhn, () => Touch(Svhn.OpenSplit(_folder.Path, "test", s_svhn)));
            case "flowers sets" or "flowers labels":
                CopyAll("flowers", "flowers-102");
                string[] classes = [.. DatasetManifests.Get("flowers102").Classes];
                return (
                    _folder[form == "sets" ? "setid.mat" : "imagelabels.mat"],
                    () => Touch(Flowers102.OpenSplit(_folder.Path, ["trnid", "valid"], "x", classes))
                );
            case "cars annotations" or "cars names":
                CopyAll("cars", "stanford_cars");
                return (
                    _folder["devkit", form == "names" ? "cars_meta.mat" : "cars_train_annos.mat"],
                    () => Touch(StanfordCars.Open(_folder.Path, "x").Train)
                );
            case "cars single":
                CopyAll("cars-single", "stanford_cars");
                return (_folder["cars_annos.mat"], () => Touch(StanfordCars.Open(_folder.Path, "x").Test));
            case "dogs":
                CopyAll("dogs", "stanford_dogs");
                return (_folder["test_list.mat"], () => Touch(StanfordDogs.Open(_folder.Path, "x").Test));
            case "domainnet":
                CopyAll("domainnet", "domainnet");
                string[] names = [.. DatasetManifests.Get("clipart").Classes];
                return (
                    _folder["clipart_train.txt"],
                    () => Touch(DomainNet.OpenSplit(_folder.Path, "clipart_train.txt", "x", names))
                );
            case "cub" or "aircraft" or "pets" or "dtd" or "sun397":
                return PrepareList(reader);
            case "cifar10 python":
                CopyAll("cifar10-p2", "cifar-10-batches-py");
                return (_folder["test_batch"], () => Touch(Cifar10.Open(_folder.Path, s_cifar10).Test));
            case "cifar10 binary":
                for (var part = 0; part < 6; part++)
                {
                    var name = part < 5 ? $"data_batch_{part + 1}.bin" : "test_batch.bin";
                    CifarBinary.Write(_folder[name], TestImages.Dataset(30, side: 32), 5 * part, 5);
                }
                _folder.Write(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 10))), "batches.meta.txt");
                return (_folder["test_batch.bin"], () => Touch(Cifar10.Open(_folder.Path, s_cifar10).Test));
            case "cifar100 python" or "cifar100 names":
                CopyAll("cifar100-python", "cifar-100-python");
                return (
                    _folder[form == "names" ? "meta" : "test"],
                    () => Touch(Cifar100.OpenSplit(_folder.Path, "test", manifest: s_cifar100))
                );
            case "cifar100 binary":
                CopyAll("cifar100-binary", "cifar-100-binary");
                return (
                    _folder["test.bin"],
                    () => Touch(Cifar100.OpenSplit(_folder.Path, "test", manifest: s_cifar100))
                );
            case "smallnorb images" or "smallnorb angles":
                CopyAll("smallnorb", "smallnorb");
                return (
                    _folder[$"smallnorb-5x01235x9x18x6x2x96x96-testing-{(form == "images" ? "dat" : "info")}.mat"],
                    () => Touch(SmallNorb.OpenSplit(_folder.Path, "test", SmallNorbLabel.Azimuth, s_smallNorb))
                );
            case "objectnet":
                CopyAll("objectnet", "objectnet-1.0");
                return (
                    _folder["mappings", "objectnet_to_imagenet_1k.json"],
                    () => Touch(ObjectNet.Open(_folder.Path, "x", 3))
                );
            case "real labels":
                var real = _folder.Write("[[1,2],[],[999],[0],[37,38,39]]"u8.ToArray(), "real.json");
                return (real, () => RealLabels.Read(real, 5).Counted.ShouldBeInRange(0, 5));
            case "image folder":
                _folder.Write(TestImages.Noise(30, 20, 1).ToJpeg(), "a", "1.jpg");
                var picture = _folder.Write(TestImages.Noise(30, 20, 2).ToJpeg(), "b", "2.jpg");
                return (picture, () => Touch(new ImageFolder(_folder.Path)));
            case "webdataset":
                var shard = Copy(["webdataset-pax", "part-0000.tar"], "x.tar");
                return (shard, () => Touch(WebDataset.Open([shard], s_classes, "x")));
            case "imagenet train" or "imagenet val" or "imagenet kit":
                CopyAll("imagenet-gnu", "imagenet");
                var split = form == "train" ? "train" : "val";
                return (
                    _folder[form == "kit" ? "ILSVRC2012_devkit_t12.tar.gz" : $"ILSVRC2012_img_{split}.tar"],
                    () => Touch(ImageNet.OpenSplit(_folder.Path, split, s_imageNet))
                );
            case "packed pixels" or "packed files":
                return PreparePacked(form == "pixels");
            case "clevr" or "kitti labels" or "kitti places" or "kitti drives" or "retinopathy":
                return PrepareAnnotations(reader);
            case "pcam images" or "pcam packed" or "pcam labels":
                var stem = $"camelyonpatch_level_2_split_{(form == "images" ? "train" : "valid")}";
                var patches = Hdf5Copy("pcam", "pcam", $"{stem}_x.h5");
                var marks = Hdf5Copy("pcam", "pcam", $"{stem}_y.h5");
                return (form == "labels" ? marks : patches, () => Touch(PatchCamelyon.Open(patches, marks, "x")));
            case "dsprites hdf5" or "dsprites npz" or "dsprites plain":
                var ending = form == "hdf5" ? "hdf5" : "npz";
                var sprites = Hdf5Copy(
                    form == "hdf5" ? "dsprites" : $"dsprites-{form}",
                    "dsprites",
                    $"dsprites_ndarray_co1sh3sc6or40x32y32_64x64.{ending}"
                );
                return (sprites, () => Touch(DSprites.Open(_folder.Path, DSpritesLabel.Orientation, "x")));
            case "tfrecord":
                byte[][] frames =
                [
                    .. Enumerable
                        .Range(0, 4)
                        .Select(i => TestTfRecords.Frame(TestImages.Noise(9, 8, i).ToJpeg(), "x", i)),
                ];
                var records = _folder.Write(TestTfRecords.File(frames), "dmlab-test.tfrecord");
                return (records, () => Touch(Dmlab.OpenSplit(_folder.Path, "test", "x")));
            case "tfrecord example":
                // Without the check sums, which keep the mutations from the message within.
                var example = _folder.Write(TestTfRecords.Frame(TestImages.Noise(2, 2, 1).ToPng(), "x", 3), "x");
                return (
                    example,
                    () =>
                    {
                        var record = File.ReadAllBytes(example);
                        var features =
                            TfExample.Parse(record)
                            ?? throw new DatasetFormatException($"{example}: no example.", example);
                        foreach (var feature in features.Values)
                        {
                            _ = feature.Bytes is { } range ? record[range].Length : 0;
                        }
                    }
                );
            case "imagenet21k":
                var inner = ImageNet21kTests.Tar(("n01440764_0.JPEG", TestImages.Noise(9, 8, 1).ToJpeg()));
                var whole = _folder.Write(
                    ImageNet21kTests.Tar(("winter21_whole/n01440764.tar", inner)),
                    "winter21_whole.tar"
                );
                return (whole, () => Touch(ImageNet21k.Open(_folder.Path, "x")));
            default:
                var json = _folder.Write(Encoding.UTF8.GetBytes(Manifest), "x.json");
                return (json, () => DatasetManifest.Read(json).Splits.Count.ShouldBeGreaterThan(0));
        }
    }

    private (string File, Action Read) PrepareList(string reader)
    {
        var image = TestImages.Noise(6, 5, 1).ToJpeg();
        string Text(string text, params string[] path) => _folder.Write(Encoding.UTF8.GetBytes(text), path);
        switch (reader)
        {
            case "cub":
                _folder.Write(image, "images", "a", "1.jpg");
                _folder.Write(image, "images", "b", "2.jpg");
                Text("1 a\n2 b\n", "classes.txt");
                Text("1 a/1.jpg\n2 b/2.jpg\n", "images.txt");
                Text("1 1\n2 0\n", "train_test_split.txt");
                return (
                    Text("1 1\n2 2\n", "image_class_labels.txt"),
                    () => Touch(Cub200.Open(_folder.Path, "x").Train)
                );
            case "aircraft":
                _folder.Write(image, "data", "images", "0034309.jpg");
                _folder.Write(image, "data", "images", "0034310.jpg");
                Text("707-320\n727-200\n", "data", "variants.txt");
                return (
                    Text("0034309 707-320\n0034310 727-200\n", "data", "images_variant_test.txt"),
                    () => Touch(FgvcAircraft.OpenSplit(_folder.Path, "test", "x"))
                );
            case "pets":
                _folder.Write(image, "images", "Abyssinian_100.jpg");
                return (
                    Text("Abyssinian_100 1 1 1\nbeagle_7 5 2 4\n", "annotations", "test.txt"),
                    () => Touch(OxfordPets.OpenSplit(_folder.Path, "test", "x", s_classes))
                );
            case "dtd":
                _folder.Write(image, "images", "banded", "banded_1.jpg");
                Text("banded/banded_1.jpg\n", "labels", "val1.txt");
                Text("banded/banded_1.jpg\n", "labels", "test1.txt");
                return (
                    Text("banded/banded_1.jpg\nbraided/braided_1.jpg\n", "labels", "train1.txt"),
                    () => Touch(DescribableTextures.Open(_folder.Path, "x").Train)
                );
            default:
                _folder.Write(image, "a", "abbey", "1.jpg");
                Text("/a/abbey\n/z/zoo\n", "ClassName.txt");
                Text("/a/abbey/1.jpg\n", "Testing_01.txt");
                return (
                    Text("/a/abbey/1.jpg\n/z/zoo/2.jpg\n", "Training_01.txt"),
                    () => Touch(Sun397.Open(_folder.Path, "x").Train)
                );
        }
    }

    private (string File, Action Read) PrepareAnnotations(string reader)
    {
        var image = TestImages.Noise(6, 5, 1).ToPng();
        string Text(string text, params string[] path) => _folder.Write(Encoding.UTF8.GetBytes(text), path);
        switch (reader)
        {
            case "clevr":
                _folder.Write(image, "images", "val", "a.png");
                var scenes = string.Join(",", Enumerable.Range(3, 8).Select(i => ClevrTests.Scene("a.png", i, i)));
                return (
                    Text($$"""{"info":{},"scenes":[{{scenes}}]}""", "scenes", "CLEVR_val_scenes.json"),
                    () => Touch(Clevr.OpenSplit(_folder.Path, "val", ClevrLabel.Distance, "x"))
                );
            case "retinopathy":
                _folder.Write(image, "train", "1_left.jpeg");
                _folder.Write(image, "test", "2_left.jpeg");
                _folder.Write(image, "test", "2_right.jpeg");
                Text("image,level\n1_left,4\n", "trainLabels.csv");
                return (
                    Text(
                        "image,level,Usage\n2_left,1,Private\n2_right,0,Public\n3_left,3,Private\n",
                        "retinopathy_solution.csv"
                    ),
                    () => Touch(Retinopathy.Open(_folder.Path, "x").Test)
                );
            default:
                const string Car = "Car 0.00 0 1.5 1 2 3 4 1.5 1.6 3.7 -2.5 1.6 30 1.2\n";
                string[] labels = [];
                for (var i = 0; i < 12; i++)
                {
                    labels = [.. labels, Text($"{Car}Van{Car[3..]}", "training", "label_2", $"{i:D6}.txt")];
                    _folder.Write(image, "training", "image_2", $"{i:D6}.png");
                }
                var places = Text("12,11,10,9,8,7,6,5,4,3,2,1", "mapping", "train_rand.txt");
                var drives = Text(
                    string.Concat(Enumerable.Range(0, 12).Select(i => $"2011_09_26 drive_{i / 2} {i:D10}\n")),
                    "mapping",
                    "train_mapping.txt"
                );
                return (
                    reader switch
                    {
                        "kitti places" => places,
                        "kitti drives" => drives,
                        _ => labels[0],
                    },
                    () =>
                    {
                        var (train, _, test) = Kitti.Open(_folder.Path, "x");
                        Touch(train);
                        Touch(test);
                    }
                );
        }
    }

    private (string File, Action Read) PreparePacked(bool pixels)
    {
        var path = _folder["x.vitpack"];
        if (pixels)
        {
            PackedDataset.Write(path, TestImages.Dataset(5), new PackOptions { Records = PackedRecords.Pixels });
        }
        else
        {
            for (var i = 0; i < 6; i++)
            {
                _folder.Write(TestImages.Noise(9, 8, i).ToJpeg(), "train", $"{i % 2}", $"{i}.jpg");
            }
            PackedDataset.Write(path, new ImageFolder(_folder["train"]));
        }
        return (
            path,
            () =>
            {
                var packed = PackedDataset.Open(path);
                if (pixels)
                {
                    packed.Verify();
                }
                Touch(packed);
            }
        );
    }

    private const string Manifest = """
        {"name":"mine","title":"Mine","format":"cifar10","folder":"here","homepage":"https://x.org/","licence":"mine","citation":"me",
         "files":[{"path":"x.tar","urls":["https://x.org/x.tar"],"size":10,"md5":"00112233445566778899aabbccddeeff","hashFrom":"x","archive":"tar"}],
         "splits":{"train":{"count":5,"files":["x"]}},"classCount":2,"classes":["a","b"],"classOrder":"mine","notes":["n"]}
        """;

    private static void Touch(IEnumerable<MatArray> arrays)
    {
        foreach (var array in arrays)
        {
            if (array.Class == MatClass.Cell)
            {
                Touch(array.Cells());
                continue;
            }
            if (array.Class == MatClass.Structure)
            {
                // Without fields there may be any number of records, which take no memory.
                Touch(
                    Enumerable
                        .Range(0, array.Fields.Count == 0 ? 0 : array.Count)
                        .SelectMany(i => array.Fields.Select(field => array.Field(i, field)))
                );
                continue;
            }
            for (var i = 0; i < array.Count; i++)
            {
                _ = array[i];
            }
            if (array.Class == MatClass.Char)
            {
                _ = array.Text();
            }
        }
    }

    private static void Touch(IImageDataset data)
    {
        using var files = data as IDisposable;
        data.Count.ShouldBeGreaterThan(0);
        var buffer = new PixelBuffer();
        for (var i = 0; i < data.Count; i++)
        {
            data.Label(i).ShouldBeInRange(0, data.Classes.Count - 1);
            data.ReadInto(i, buffer);
            (buffer.Width * buffer.Height).ShouldBeGreaterThan(0);
        }
    }

    private string Copy(string[] from, string to) => _folder.Write(File.ReadAllBytes(oracle.PathOf(from)), to);

    private string Hdf5Copy(params string[] from) => _folder.Write(File.ReadAllBytes(hdf5.PathOf(from)), from[^1]);

    private void CopyAll(params string[] from)
    {
        var folder = oracle.PathOf(from);
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            _folder.Write(File.ReadAllBytes(file), Path.GetRelativePath(folder, file));
        }
    }
}

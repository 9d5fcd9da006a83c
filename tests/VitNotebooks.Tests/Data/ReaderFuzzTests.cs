using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>
/// Files with bytes changed, cut out, put in or cut off: every reader says what is wrong in an error of ours or gives images of the right form, and takes no
/// more memory than the file's size allows.
/// </summary>
[Collection(DatasetOracleCollection.Name)]
public sealed class ReaderFuzzTests(DatasetOracle oracle) : IDisposable
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
    private readonly DataFolder _folder = new();

    public static TheoryData<string> Readers =>
        [
            "mat plain",
            "mat packed",
            "svhn plain",
            "svhn packed",
            "svhn big",
            "flowers",
            "domainnet",
            "cifar10 python",
            "cifar100 python",
            "cifar100 binary",
            "webdataset",
            "imagenet",
            "manifest",
        ];

    [Theory]
    [MemberData(nameof(Readers))]
    public void Read_FilesWithMutations_IsRightOrAnError(string reader) => Fuzz(reader, Few);

    [Theory]
    [Trait("Category", "OnDemand")]
    [MemberData(nameof(Readers))]
    public void Read_ManyFilesWithMutations_IsRightOrAnError(string reader) => Fuzz(reader, Many);

    public void Dispose() => _folder.Dispose();

    private void Fuzz(string reader, int count)
    {
        (string file, Action read) = Prepare(reader);
        byte[] whole = File.ReadAllBytes(file);
        read(); // untouched, it is right
        var random = new TorchRandom(reader.Length * 1000L);
        int errors = 0;
        for (int i = 0; i < count; i++)
        {
            File.WriteAllBytes(file, Mutate(whole, random));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read();
            }
            catch (DataException)
            {
                errors++;
            }
            catch (Exception e) when (e is not ShouldAssertException)
            {
                throw new InvalidOperationException(
                    $"{reader}, mutation {i}: {e.GetType().Name} is no error of ours.",
                    e
                );
            }
            // zlib packs 1,032 bytes into one at most; all else is of the file's order.
            long most = (64L << 20) + (whole.Length * 1100L);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(most, $"{reader}, mutation {i}");
        }
        errors.ShouldBeGreaterThan(count / 20, "the mutations do not reach the reader");
    }

    private (string File, Action Read) Prepare(string reader)
    {
        string form = reader.Split(' ')[^1];
        switch (reader)
        {
            case "mat plain" or "mat packed":
                string mat = Copy(["mat", $"{form}.mat"], "x.mat");
                return (mat, () => Touch(MatFile.Read(mat)));
            case "svhn plain" or "svhn packed" or "svhn big":
                string svhn = Copy([$"svhn-{form}", "test_32x32.mat"], "test_32x32.mat");
                return (svhn, () => Touch(Svhn.OpenSplit(_folder.Path, "test", s_svhn)));
            case "flowers":
                CopyAll(["flowers", "flowers-102"]);
                return (
                    _folder["setid.mat"],
                    () =>
                        Touch(
                            Flowers102.OpenSplit(
                                _folder.Path,
                                ["trnid", "valid"],
                                "x",
                                DatasetManifests.Get("flowers102").Classes
                            )
                        )
                );
            case "domainnet":
                CopyAll(["domainnet", "domainnet"]);
                return (
                    _folder["clipart_train.txt"],
                    () =>
                        Touch(
                            DomainNet.OpenSplit(
                                _folder.Path,
                                "clipart_train.txt",
                                "x",
                                DatasetManifests.Get("clipart").Classes
                            )
                        )
                );
            case "cifar10 python":
                CopyAll(["cifar10-p2", "cifar-10-batches-py"]);
                return (_folder["test_batch"], () => Touch(Cifar10.Open(_folder.Path, s_cifar10).Test));
            case "cifar100 python":
                CopyAll(["cifar100-python", "cifar-100-python"]);
                return (_folder["meta"], () => Touch(Cifar100.OpenSplit(_folder.Path, "test", manifest: s_cifar100)));
            case "cifar100 binary":
                CopyAll(["cifar100-binary", "cifar-100-binary"]);
                return (
                    _folder["test.bin"],
                    () => Touch(Cifar100.OpenSplit(_folder.Path, "test", manifest: s_cifar100))
                );
            case "webdataset":
                string shard = Copy(["webdataset-pax", "part-0000.tar"], "x.tar");
                return (shard, () => Touch(WebDataset.Open([shard], s_classes, "x")));
            case "imagenet":
                string tar = Copy(["imagenet-gnu", "imagenet", "ILSVRC2012_img_train.tar"], "ILSVRC2012_img_train.tar");
                DatasetManifest manifest = DatasetOracle.WithCounts("imagenet1k", ("train", 6)) with
                {
                    Classes = ["n01440764", "n02119789", "n03255030"],
                };
                return (tar, () => Touch(ImageNet.OpenSplit(_folder.Path, "train", manifest)));
            default:
                string json = _folder.Write(System.Text.Encoding.UTF8.GetBytes(Manifest), "x.json");
                return (json, () => DatasetManifest.Read(json).Splits.Count.ShouldBeGreaterThan(0));
        }
    }

    private const string Manifest = """
        {"name":"mine","title":"Mine","format":"cifar10","folder":"here","homepage":"https://x.org/","licence":"mine","citation":"me",
         "files":[{"path":"x.tar","urls":["https://x.org/x.tar"],"size":10,"md5":"00112233445566778899aabbccddeeff","hashFrom":"x","archive":"tar"}],
         "splits":{"train":{"count":5,"files":["x"]}},"classCount":2,"classes":["a","b"],"classOrder":"mine","notes":["n"]}
        """;

    private static void Touch(IReadOnlyDictionary<string, MatArray> arrays)
    {
        foreach (MatArray array in arrays.Values)
        {
            for (int i = 0; i < array.Count; i++)
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
        data.Count.ShouldBeGreaterThan(0);
        var buffer = new PixelBuffer();
        for (int i = 0; i < data.Count; i++)
        {
            data.Label(i).ShouldBeInRange(0, data.Classes.Count - 1);
            data.ReadInto(i, buffer);
            (buffer.Width * buffer.Height).ShouldBeGreaterThan(0);
        }
    }

    private static byte[] Mutate(byte[] whole, TorchRandom random)
    {
        int Below(int most) => (int)(random.NextUInt32() % (uint)most);
        List<byte> bytes = [.. whole];
        for (int changes = 1 + Below(3); changes > 0; changes--)
        {
            // Most of a file is pixels; heads are short and at the front.
            int at = Below(2) == 0 ? Below(Math.Min(bytes.Count, 700)) : Below(bytes.Count);
            switch (Below(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << Below(8));
                    break;
                case 1:
                    bytes[at] = (byte)Below(256);
                    break;
                case 2:
                    byte[] edge = [0xFF, 0x7F, 0x80, 0];
                    for (int i = at; i < Math.Min(at + 4, bytes.Count); i++)
                    {
                        bytes[i] = edge[Below(4)];
                    }
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(1 + Below(600), bytes.Count - at));
                    break;
                case 4:
                    bytes.InsertRange(
                        at,
                        bytes.GetRange(Math.Min(at, bytes.Count - 1), Math.Min(1 + Below(600), bytes.Count - at))
                    );
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
            if (bytes.Count == 0)
            {
                break;
            }
        }
        return [.. bytes];
    }

    private string Copy(string[] from, string to) => _folder.Write(File.ReadAllBytes(oracle.PathOf(from)), to);

    private void CopyAll(string[] from)
    {
        string folder = oracle.PathOf(from);
        foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            _folder.Write(File.ReadAllBytes(file), Path.GetRelativePath(folder, file));
        }
    }
}

using System.Buffers.Binary;
using System.Text;
using Shouldly;
using TorchSharp;
using VitNotebooks.Files;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.io_;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vitnb-safetensors-").FullName;

    private string File_(string name = "a.safetensors") => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void SaveAndLoad_EveryType_RestoresShapesAndBits()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var tensors = new Dictionary<string, Tensor>
        {
            ["half"] = randn([3, 2], generator: generator).to(ScalarType.Float16),
            ["brain"] = randn([5], generator: generator).to(ScalarType.BFloat16),
            ["single"] = randn([2, 3, 4], generator: generator),
            ["double"] = randn([1], generator: generator).to(ScalarType.Float64),
            ["long"] = tensor(new long[] { long.MinValue, -1, long.MaxValue }),
            ["int"] = tensor(new[] { int.MinValue, 7 }),
            ["bytes"] = arange(0, 256).to(ScalarType.Byte),
            ["truth"] = tensor(new[] { true, false, true }),
            ["scalar"] = tensor(3.5f),
            ["empty"] = zeros(0, 4),
            ["transposed ünï \"quoted\""] = randn([3, 5], generator: generator).t(),
        };
        var metadata = new Dictionary<string, string> { ["format"] = "pt", ["note \u00e9"] = "line\nbreak" };
        Safetensors.Save(File_(), tensors, metadata);
        var loaded = Safetensors.Load(File_(), out var read);
        read.ShouldBe(metadata, ignoreOrder: true);
        loaded.Keys.Order().ShouldBe(tensors.Keys.Order());
        foreach (var (name, tensor) in tensors)
        {
            loaded[name].dtype.ShouldBe(tensor.dtype);
            loaded[name].shape.ShouldBe(tensor.shape);
            loaded[name].bytes.SequenceEqual(tensor.contiguous().bytes).ShouldBeTrue(name);
        }
        BinaryPrimitives
            .ReadInt64LittleEndian(File.ReadAllBytes(File_()))
            .ShouldSatisfyAllConditions(n => (n % 8).ShouldBe(0));
    }

    [Fact]
    public void Open_LargestElementsFirst_ThenByName()
    {
        using var scope = NewDisposeScope();
        Safetensors.Save(
            File_(),
            [("b", ones(1)), ("a", ones(1)), ("tiny", ones(1).to(ScalarType.Byte)), ("z", tensor(1L))]
        );
        using var file = SafetensorsFile.Open(File_());
        file.Names.ShouldBe(["z", "a", "b", "tiny"]);
        file.Shape("a").ShouldBe([1]);
        file.Dtype("z").ShouldBe(ScalarType.Int64);
        file.Contains("c").ShouldBeFalse();
        Should.Throw<SafetensorsException>(() => file.Read("c")).Message.ShouldContain("'c'");
    }

    [Fact]
    public void Save_NameTwice_ThrowsAndKeepsThePreviousFile()
    {
        using var scope = NewDisposeScope();
        Safetensors.Save(File_(), [("a", ones(1))]);
        var before = File.ReadAllBytes(File_());
        Should
            .Throw<SafetensorsException>(() => Safetensors.Save(File_(), [("a", ones(1)), ("a", zeros(1))]))
            .Message.ShouldContain("twice");
        File.ReadAllBytes(File_()).ShouldBe(before);
        Directory.GetFiles(_folder).Length.ShouldBe(1);
    }

    [Fact]
    public void Save_FullDisk_ThrowsAndKeepsThePreviousFile()
    {
        using var scope = NewDisposeScope();
        Safetensors.Save(File_(), [("a", ones(1))]);
        var before = File.ReadAllBytes(File_());
        Should.Throw<IOException>(() =>
            DurableFile.Write(
                File_(),
                stream =>
                {
                    stream.Write(new byte[100_000]);
                    throw new IOException("No space left on device");
                }
            )
        );
        File.ReadAllBytes(File_()).ShouldBe(before);
        Directory.GetFileSystemEntries(_folder).Length.ShouldBe(1);
    }

    [Fact]
    public void Save_UnknownFolder_SaysSo() =>
        Should.Throw<DirectoryNotFoundException>(() =>
            Safetensors.Save(Path.Combine(_folder, "none", "a.safetensors"), [("a", ones(1))])
        );

    private const string One = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";

    public static TheoryData<string, string, int, string> Malformed =>
        new()
        {
            { "not an object", "[]", 0, "begins with byte 0x5b" },
            { "empty", "", 0, "the header is empty" },
            { "broken JSON", """{"a":""", 0, "no JSON" },
            { "text after", One + "x", 8, "no JSON" },
            { "unknown dtype", One.Replace("F32", "F31"), 8, "dtype 'F31'" },
            { "dtype a number", One.Replace("\"F32\"", "3"), 8, "expected a string" },
            { "no dtype", """{"a":{"shape":[2],"data_offsets":[0,8]}}""", 8, "lacks dtype" },
            { "no shape", """{"a":{"dtype":"F32","data_offsets":[0,8]}}""", 8, "lacks shape" },
            { "no offsets", """{"a":{"dtype":"F32","shape":[2]}}""", 8, "lacks data_offsets" },
            {
                "unknown field",
                """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}""",
                8,
                "unknown field 'x'"
            },
            {
                "field twice",
                """{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""",
                8,
                "field 'dtype' twice"
            },
            { "tensor a list", """{"a":[]}""", 0, "expected an object" },
            { "shape lies", One.Replace("[2]", "[3]"), 8, "takes 12 bytes" },
            { "negative shape", One.Replace("[2]", "[-2]"), 8, "contains -2" },
            { "fractional shape", One.Replace("[2]", "[2.5]"), 8, "contains 2.5" },
            { "shape a text", One.Replace("[2]", "\"2\""), 8, "expected a list" },
            { "shape overflows", One.Replace("[2]", "[4294967296,4294967296]"), 8, "overflows" },
            { "huge number", One.Replace("[2]", "[99999999999999999999]"), 8, "contains 99999999999999999999" },
            { "one offset", One.Replace("[0,8]", "[0]"), 8, "data_offsets [0]" },
            { "offsets backwards", One.Replace("[0,8]", "[8,0]"), 8, "data_offsets [8, 0]" },
            { "begins late", One.Replace("[0,8]", "[4,12]"), 12, "begins at byte 4, expected 0" },
            { "truncated data", One, 7, "truncated" },
            { "too much data", One, 9, "1 too many" },
            {
                "overlap",
                """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""",
                12,
                "within 'a'"
            },
            {
                "hole",
                """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""",
                12,
                "belong to nothing"
            },
            {
                "tensor twice",
                """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
                8,
                "'a' occurs twice"
            },
            { "metadata no object", """{"__metadata__":"x"}""", 0, "expected an object of strings" },
            { "metadata a number", """{"__metadata__":{"a":1}}""", 0, "expected a string" },
            { "metadata twice", """{"__metadata__":{"a":"1","a":"2"}}""", 0, "metadata 'a' occurs twice" },
            { "metadata key twice", """{"__metadata__":{},"__metadata__":{}}""", 0, "'__metadata__' occurs twice" },
        };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Load_MalformedHeader_SaysWhatIsWrong(string what, string header, int data, string expected)
    {
        Write(File_(), Encoding.UTF8.GetBytes(header), data);
        var fault = Should.Throw<SafetensorsException>(() => Safetensors.Load(File_()), what);
        fault.Message.ShouldContain(expected);
        fault.Message.ShouldStartWith(File_());
    }

    [Fact]
    public void Load_BadLengthOrEncoding_SaysWhatIsWrong()
    {
        File.WriteAllBytes(File_(), [1, 2, 3]);
        Should.Throw<SafetensorsException>(() => Safetensors.Load(File_())).Message.ShouldContain("3 bytes");
        var header = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(header, 9);
        File.WriteAllBytes(File_(), header);
        Should.Throw<SafetensorsException>(() => Safetensors.Load(File_())).Message.ShouldContain("claims 9 bytes");
        BinaryPrimitives.WriteUInt64LittleEndian(header, ulong.MaxValue);
        File.WriteAllBytes(File_(), header);
        Should.Throw<SafetensorsException>(() => Safetensors.Load(File_())).Message.ShouldContain("100000000");
        Write(File_(), [(byte)'{', 0xff, (byte)'}'], 0);
        Should.Throw<SafetensorsException>(() => Safetensors.Load(File_())).Message.ShouldContain("UTF-8");
        Should.Throw<FileNotFoundException>(() => Safetensors.Load(File_("none")));
    }

    [Fact]
    public void Load_EmptyHeaderAndNoData_IsAnEmptyFile()
    {
        Write(File_(), "{}"u8.ToArray(), 0);
        Safetensors.Load(File_()).ShouldBeEmpty();
    }

    [Fact]
    public void Load_TwoThousandMutations_ReadsOrRefuses()
    {
        using var scope = NewDisposeScope();
        Safetensors.Save(
            File_(),
            [("weight", ones(3, 2)), ("bias", ones(3)), ("steps", tensor(4L)), ("mask", tensor(new[] { true }))],
            new Dictionary<string, string> { ["model"] = "x" }
        );
        var original = File.ReadAllBytes(File_());
        var random = new Random(20);
        var refused = 0;
        for (var i = 0; i < 2000; i++)
        {
            using var inner = NewDisposeScope();
            File.WriteAllBytes(File_("mutant"), Mutate(original, random));
            try
            {
                foreach (var (_, tensor) in Safetensors.Load(File_("mutant")))
                {
                    tensor.numel().ShouldBeLessThanOrEqualTo(original.Length);
                }
            }
            catch (SafetensorsException)
            {
                refused++;
            }
        }
        refused.ShouldBeGreaterThan(1000);
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.ToList();
        // Most of the file is header: that is where the danger lies.
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 20)));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 20))));
                    break;
                case 4:
                    bytes[at] = (byte)"0123456789[]{},:\"-"[random.Next(18)];
                    break;
                default:
                    bytes.Add((byte)random.Next(256));
                    break;
            }
            if (bytes.Count == 0)
            {
                bytes.Add(0);
            }
        }
        return [.. bytes];
    }

    [Fact]
    public void Load_FileOfPythons_AndBack()
    {
        // Written by the format's own library where it is installed; the layout is fixed, so a literal file stands for it here.
        var header = """{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}""";
        var bytes = new byte[8];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, 1.5f);
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4), -2f);
        Write(File_(), Encoding.UTF8.GetBytes(header), bytes);
        using var scope = NewDisposeScope();
        var read = Safetensors.Load(File_(), out var metadata);
        read["w"].shape.ShouldBe([2, 1]);
        read["w"].data<float>().ToArray().ShouldBe([1.5f, -2f]);
        metadata["format"].ShouldBe("pt");
    }

    private static void Write(string path, byte[] header, int data) => Write(path, header, new byte[data]);

    private static void Write(string path, byte[] header, byte[] data)
    {
        using var stream = File.Create(path);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        stream.Write(data);
    }
}

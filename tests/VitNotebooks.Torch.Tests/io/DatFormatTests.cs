using System.Text;
using Shouldly;
using TorchSharp;
using VitNotebooks.Files;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.io_;

public sealed class DatFormatTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vitnb-dat-").FullName;

    private string File_(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void SaveAndLoad_EveryType_RestoresShapesAndBits()
    {
        using var scope = NewDisposeScope();
        ScalarType[] types =
        [
            ScalarType.Byte,
            ScalarType.Int8,
            ScalarType.Int16,
            ScalarType.Int32,
            ScalarType.Int64,
            ScalarType.Bool,
            ScalarType.Float16,
            ScalarType.BFloat16,
            ScalarType.Float32,
            ScalarType.Float64,
            ScalarType.ComplexFloat32,
            ScalarType.ComplexFloat64,
        ];
        foreach (var type in types)
        {
            foreach (var shape in new long[][] { [], [0], [3], [2, 0, 3], [2, 3, 4] })
            {
                var saved = randint(0, 2, shape).to(type);
                torch.save(saved, File_("a.dat"));
                foreach (var loaded in new[] { torch.load(File_("a.dat")), Tensor.load(File_("a.dat")) })
                {
                    FileDescriptions.Describe(loaded).ShouldBe(FileDescriptions.Describe(saved));
                }
            }
        }
    }

    [Fact]
    public void LoadByReference_NullTakesTheNewOne_SkipPassesOver()
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            ones(2).Save(writer);
            zeros(3).Save(writer);
        }
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        Tensor? tensor = null;
        TensorExtensionMethods.Load(ref tensor, reader, skip: true);
        tensor.ShouldBeNull();
        TensorExtensionMethods.Load(ref tensor, reader);
        tensor!.shape.ShouldBe([3]);
        stream.Position = 0;
        Should.Throw<InvalidDataException>(() => tensor.Load(reader)).Message.ShouldContain("[2]");
    }

    [Fact]
    public void Load_SizeThatIsNotThere_TakesNoMemory()
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write7BitEncodedInt64((long)ScalarType.Float64);
            writer.Write7BitEncodedInt64(1);
            writer.Write7BitEncodedInt64(64);
        }
        stream.Write(new byte[64]); // elements of 8 bytes: one eighth of what is claimed
        stream.Position = 0;
        Should.Throw<InvalidDataException>(() => Tensor.Load(stream)).Message.ShouldContain("takes 512 bytes");
    }

    [Theory]
    [InlineData(12, "quantized")]
    [InlineData(8, "unknown element type 8")]
    public void Load_TypeWithoutPlace_IsRefused(int type, string part) =>
        Should
            .Throw<InvalidDataException>(() => Tensor.Load(new MemoryStream([(byte)type, 1, 2, 0, 0])))
            .Message.ShouldContain(part);

    [Fact]
    public void LoadStateDict_WrongNames_SuggestsTheNearestOfTheSameShape()
    {
        using var scope = NewDisposeScope();
        using var module = nn.Linear(3, 2);
        var fault = Should.Throw<StateDictException>(() =>
            module.load_state_dict(new() { ["fc.weight"] = ones(2, 3), ["bias"] = ones(2) })
        );
        fault.Missing.ShouldBe(["weight"]);
        fault.Message.ShouldContain("missing 1: weight [2, 3] (is 'fc.weight' it?)");
        fault.Message.ShouldContain("unexpected 1: fc.weight [2, 3]");
    }
}

using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(Hdf5OracleCollection.Name)]
public sealed class Hdf5FileTests(Hdf5Oracle oracle) : IDisposable
{
    private const string Remedy = "Fetch it.";
    private readonly DataFolder _folder = new();

    [Theory]
    [InlineData("x")]
    [InlineData("many/name 30")]
    [InlineData("many/name 0")]
    [InlineData("")]
    public void Array_AnUnknownName_IsNamed(string name)
    {
        using var file = new Hdf5File(oracle.PathOf("arrays.h5"), Remedy);
        Should
            .Throw<DatasetFormatException>(() => file.Array(name))
            .Message.ShouldBe($"{file.FilePath}: it has no '{name}'. {Remedy}");
    }

    [Fact]
    public void Array_InWhatIsNoGroup_IsNamed()
    {
        using var file = new Hdf5File(oracle.PathOf("arrays.h5"), Remedy);
        Should
            .Throw<DatasetFormatException>(() => file.Array("compact/x"))
            .Message.ShouldContain("'x' of compact/x is looked for in what is no group");
    }

    [Fact]
    public void Open_TheNewerForm_SaysHowToWriteTheOther() =>
        Should
            .Throw<DatasetFormatException>(() => new Hdf5File(oracle.PathOf("latest.h5"), Remedy))
            .Message.ShouldContain(
                "its superblock is of version 3, and 0 and 1 are read; write it with h5py's default libver"
            );

    [Theory]
    [InlineData(0, 0x88, "it begins with 884844460d0a1a0a; expected HDF5's 894844460d0a1a0a")]
    [InlineData(13, 4, "its addresses have 4 and its lengths 8 bytes; expected 8")]
    [InlineData(24, 1, "its contents do not begin at its first byte")]
    [InlineData(71, 1, "the address of the root group is 0x1")]
    public void Open_ASuperblockThatIsWrong_SaysWhat(int at, byte value, string says)
    {
        var bytes = File.ReadAllBytes(oracle.PathOf("arrays.h5"));
        bytes[at] = value;
        var path = _folder.Write(bytes, "x.h5");
        Should.Throw<DatasetFormatException>(() => new Hdf5File(path, Remedy)).Message.ShouldContain(says);
    }

    [Fact]
    public void Open_AShortFile_SaysItsLength() =>
        Should
            .Throw<DatasetFormatException>(() => new Hdf5File(_folder.Write(new byte[50], "x.h5"), Remedy))
            .Message.ShouldContain("it has 50 bytes");

    public void Dispose() => _folder.Dispose();
}

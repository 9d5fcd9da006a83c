using System.Text.Json;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(Hdf5OracleCollection.Name)]
public sealed class Hdf5ArrayTests(Hdf5Oracle oracle) : IDisposable
{
    private const string Remedy = "Fetch it.";
    private readonly DataFolder _folder = new();

    [Fact]
    public void Integers_OfEveryStorageAndKind_AreH5pys()
    {
        using var file = new Hdf5File(oracle.PathOf("arrays.h5"), Remedy);
        JsonProperty[] known = [.. oracle["arrays"].EnumerateObject()];
        known.Length.ShouldBe(81);
        foreach (var each in known)
        {
            var array = file.Array(each.Name);
            array.Shape.ShouldBe(
                each.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()),
                each.Name
            );
            array
                .Integers(int.MinValue, int.MaxValue)
                .ShouldBe(Hdf5Oracle.Numbers(each.Value.GetProperty("values")), each.Name);
        }
    }

    [Theory]
    [InlineData("deep/er/1")]
    [InlineData("deep/er/2")]
    [InlineData("deep/er/3")]
    [InlineData("whole/of 4")]
    [InlineData("compact")]
    public void ReadRows_FromAnyRow_AreThoseRows(string name)
    {
        using var file = new Hdf5File(oracle.PathOf("arrays.h5"), Remedy);
        var array = file.Array(name);
        var whole = new byte[array.Shape[0] * array.RowBytes];
        array.ReadRows(0, whole);
        for (var first = 0; first < array.Shape[0]; first++)
        {
            for (var count = 0; first + count <= array.Shape[0]; count++)
            {
                var rows = new byte[count * array.RowBytes];
                array.ReadRows(first, rows);
                rows.ShouldBe(whole[(int)(first * array.RowBytes)..(int)((first + count) * array.RowBytes)]);
            }
        }
        Should.Throw<ArgumentOutOfRangeException>(() => array.ReadRows(1, whole));
        Should.Throw<ArgumentOutOfRangeException>(() => array.ReadRows(-1, whole));
    }

    [Theory]
    [InlineData("float", "holds values of HDF5's kind 1 with 8 bytes; expected whole numbers")]
    [InlineData("text", "'text' has")]
    [InlineData("scalar", "has sizes of another form")]
    [InlineData("sums", "is packed by HDF5's filter 3; expected 1 (deflate) and 2 (shuffle)")]
    [InlineData("lzf", "is packed by HDF5's filter 32000")]
    [InlineData("holes", "has 1 of its 10 chunks; it is not written whole")]
    [InlineData("unwritten", "should stand at byte -1")]
    [InlineData("group", "has no sizes; it is no array")]
    public void Array_WhatIsNotRead_SaysWhy(string name, string says)
    {
        using var file = new Hdf5File(oracle.PathOf("refused.h5"), Remedy);
        var error = Should.Throw<DatasetFormatException>(() => file.Array(name));
        error.Message.ShouldContain(says);
        error.Message.ShouldEndWith(Remedy);
        error.File.ShouldBe(oracle.PathOf("refused.h5"));
    }

    [Fact]
    public void Integers_OutOfTheRange_AreNamed()
    {
        using var file = new Hdf5File(oracle.PathOf("arrays.h5"), Remedy);
        Should
            .Throw<DatasetFormatException>(() => file.Array("many/name 07").Integers(0, 5))
            .Message.ShouldContain("'many/name 07' has 6 as number 6; expected 0 to 5");
    }

    [Fact]
    public void ReadRows_AChunkThatDoesNotUnpack_IsNamed()
    {
        var bytes = File.ReadAllBytes(oracle.PathOf("pcam", "pcam", "camelyonpatch_level_2_split_valid_x.h5"));
        // The last chunk ends the file.
        bytes.AsSpan(bytes.Length - 2000, 1000).Clear();
        var path = _folder.Write(bytes, "x.h5");
        using var file = new Hdf5File(path, Remedy);
        var array = file.Array("x");
        var row = new byte[array.RowBytes];
        array.ReadRows(0, row);
        Should
            .Throw<DatasetFormatException>(() =>
            {
                for (var i = 0; i < array.Shape[0]; i++)
                {
                    array.ReadRows(i, row);
                }
            })
            .Message.ShouldContain("has a chunk at byte ");
    }

    [Fact]
    public void Array_ChunksThatLieOnEachOther_AreRefused()
    {
        var bytes = Images();
        foreach (var key in Keys(bytes))
        {
            var at = BitConverter.ToInt64(bytes, key + KeyBytes);
            if (at + 8192 <= bytes.Length)
            {
                BitConverter.TryWriteBytes(bytes.AsSpan(key), 8192);
            }
        }
        using var file = new Hdf5File(_folder.Write(bytes, "x.h5"), Remedy);
        Should
            .Throw<DatasetFormatException>(() => file.Array("imgs"))
            .Message.ShouldContain($"has chunks that lie on each other: over {bytes.Length:N0} bytes together");
    }

    [Fact]
    public void ReadRows_AChunkThatAsksForADictionary_IsNamed()
    {
        var bytes = Images();
        // A head of zlib that is right, and says that a dictionary follows.
        var at = (int)BitConverter.ToInt64(bytes, Keys(bytes)[0] + KeyBytes);
        (bytes[at], bytes[at + 1]) = (0x78, 0xBB);
        using var file = new Hdf5File(_folder.Write(bytes, "x.h5"), Remedy);
        var array = file.Array("imgs");
        Should
            .Throw<DatasetFormatException>(() => array.ReadRows(0, new byte[array.RowBytes]))
            .Message.ShouldContain($"has a chunk at byte {at:N0} that does not begin with zlib's head");
    }

    public void Dispose() => _folder.Dispose();

    private const int KeyBytes = 8 + (4 * 8); // of an array of three sizes
    private const int Chunks = 32;

    private byte[] Images() =>
        File.ReadAllBytes(oracle.PathOf("dsprites", "dsprites", "dsprites_ndarray_co1sh3sc6or40x32y32_64x64.hdf5"));

    // Where the keys of the images' chunks stand: those of the tree's one node of 32.
    private static int[] Keys(byte[] bytes)
    {
        for (var node = 0; ; node++)
        {
            node += bytes.AsSpan(node).IndexOf("TREE"u8);
            if (bytes[node + 4] == 1 && BitConverter.ToUInt16(bytes, node + 6) == Chunks)
            {
                return [.. Enumerable.Range(0, Chunks).Select(i => node + 24 + (i * (KeyBytes + 8)))];
            }
        }
    }
}

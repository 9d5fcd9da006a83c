using System.Text.Json;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(DatasetOracleCollection.Name)]
public sealed class MatFileTests(DatasetOracle oracle) : IDisposable
{
    private readonly DataFolder _folder = new();

    [Theory]
    [InlineData("plain")]
    [InlineData("packed")]
    public void Read_EveryClassOfNumber_IsWhatScipyWrote(string form)
    {
        var read = MatFile.Read(oracle.PathOf("mat", $"{form}.mat"));
        foreach (var known in oracle["mat"].EnumerateObject())
        {
            var array = read[known.Name];
            array.Dimensions.ShouldBe(
                known.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32()),
                known.Name
            );
            Enumerable
                .Range(0, array.Count)
                .Select(i => array[i])
                .ShouldBe(known.Value.GetProperty("values").EnumerateArray().Select(v => v.GetDouble()), known.Name);
        }
        read["text"].Text().ShouldBe("hello, MATLAB");
        read["whole"].Class.ShouldBe(MatClass.Double);
        read["whole"].Integers(0, 5000).ShouldBe([0, 3000, 1000, 4000, 2000, 5000]);
    }

    [Fact]
    public void Read_OneVariable_PassesTheOthersOver() =>
        MatFile.Read(oracle.PathOf("mat", "sparse.mat"), ["after"])["after"][0].ShouldBe(2.0);

    [Theory]
    [InlineData("nested")]
    [InlineData("nested-plain")]
    public void Read_CellsAndStructures_AreWhatScipyReads(string file)
    {
        var read = MatFile.Read(oracle.PathOf("mat", $"{file}.mat"));
        JsonProperty[] known = [.. oracle["nested"].EnumerateObject()];
        read.Keys.Order().ShouldBe(known.Select(k => k.Name).Order());
        foreach (var each in known)
        {
            Same(read[each.Name], each.Value);
        }
        var records = read["records"];
        records.ToString().ShouldBe("records: structure [1, 2] with number, text, list, empty");
        (records.Field(1, "text").Line(), records.Field(1, "number").Integer(0, 300)).ShouldBe(("record 1", 300));
    }

    [Fact]
    public void Read_WhatIsAskedOfTheWrongKind_IsNamed()
    {
        var read = MatFile.Read(oracle.PathOf("mat", "nested.mat"));
        var path = oracle.PathOf("mat", "nested.mat");
        Says(() => read["records"].Cell(0), "records is a structure; expected a cell array");
        Says(() => read["records"].Field(0, "name"), "no field 'name'; it has number, text, list, empty");
        Says(() => read["grid"].Field(0, "number"), "grid is a cell array; expected a structure");
        Says(() => read["grid"].Texts(), "grid{1} is of class int64; expected a text");
        Says(() => read["grid"].Integers(0, 1), "grid is a cell array; expected numbers, 0 to 1");
        Says(
            () => read["records"].Field(0, "text").Integer(0, 9),
            "records(1).text is a text [1, 8]; expected one number"
        );
        Says(() => read["records"].Field(1, "number").Integer(0, 9), "records(2).number(1) is 300; expected");
        Should.Throw<InvalidOperationException>(() => read["grid"][0]).Message.ShouldContain("ask for Cell instead");
        void Says(Action ask, string what)
        {
            var error = Should.Throw<DatasetFormatException>(ask);
            error.Message.ShouldContain(what);
            error.File.ShouldBe(path);
        }
    }

    [Fact]
    public void Read_CellsThatTakeMoreThanTheLimit_AreRefused() =>
        Should
            .Throw<DatasetFormatException>(() => MatFile.Read(oracle.PathOf("mat", "nested.mat"), ["grid"], 1000))
            .Message.ShouldContain("the limit is 1,000");

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    public void Read_CellsWithinCells_AreReadSixteenDeep(int depth, bool isRead)
    {
        var inner = TestMat.Array(TestMat.Double, "", TestMat.Doubles(7), 1, 1);
        for (var d = 0; d < depth; d++)
        {
            inner = TestMat.Array(TestMat.Cell, d == depth - 1 ? "deep" : "", inner, 1, 1);
        }
        var path = _folder.Write(TestMat.File(inner), "deep.mat");
        if (!isRead)
        {
            Should.Throw<DatasetFormatException>(() => MatFile.Read(path)).Message.ShouldContain("more than 16 deep");
            return;
        }
        var array = MatFile.Read(path)["deep"];
        while (array.Class == MatClass.Cell)
        {
            array = array.Cell(0);
        }
        array[0].ShouldBe(7);
    }

    [Fact]
    public void Read_ACellThatClaimsMoreThanTheFileHolds_TakesNoMemory()
    {
        var path = _folder.Write(
            TestMat.File(TestMat.Array(TestMat.Cell, "many", TestMat.Text("a"), 1 << 20, 1 << 10)),
            "many.mat"
        );
        var before = GC.GetAllocatedBytesForCurrentThread();
        Should
            .Throw<DatasetFormatException>(() => MatFile.Read(path))
            .Message.ShouldContain("claims 1073741824 arrays");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Theory]
    [InlineData("sparse", "a sparse array")]
    [InlineData("complex", "an array of complex numbers")]
    public void Read_WhatIsNotRead_IsRefusedByName(string file, string what) =>
        Should
            .Throw<DatasetFormatException>(() => MatFile.Read(oracle.PathOf("mat", $"{file}.mat")))
            .Message.ShouldContain($"variable 'it' is {what}");

    [Fact]
    public void Read_AVariableThatIsNotThere_SaysSo() =>
        Should
            .Throw<DatasetFormatException>(() => MatFile.Read(oracle.PathOf("mat", "plain.mat"), ["nothing"]))
            .Message.ShouldContain("no variable 'nothing'");

    [Fact]
    public void Integers_OfAFraction_NamesIt() =>
        Should
            .Throw<DatasetFormatException>(() =>
                MatFile.Read(oracle.PathOf("mat", "plain.mat"))["double"].Integers(0, 9)
            )
            .Message.ShouldContain("double(1) is 1.5; expected a whole number, 0 to 9");

    [Theory]
    [InlineData("plain")]
    [InlineData("packed")]
    [InlineData("nested")]
    [InlineData("nested-plain")]
    public void Read_TruncatedAnywhere_Throws(string form)
    {
        var whole = File.ReadAllBytes(oracle.PathOf("mat", $"{form}.mat"));
        var all = MatFile.Read(oracle.PathOf("mat", $"{form}.mat")).Count;
        for (var length = 0; length < whole.Length; length += 1 + (length / 64))
        {
            var path = _folder.Write(whole[..length], "cut.mat");
            try
            {
                // Cut between two variables, the file is whole and holds fewer.
                MatFile.Read(path).Count.ShouldBeLessThan(all);
            }
            catch (DatasetFormatException e)
            {
                e.File.ShouldBe(path);
            }
        }
        var most = _folder.Write(whole[..^1], "cut.mat");
        Should.Throw<DatasetFormatException>(() => MatFile.Read(most));
    }

    [Fact]
    public void Read_APackedVariableThatClaimsMoreThanCanBe_TakesNoMemory()
    {
        // The zlib stream of a head alone, which claims 1 GiB.
        var head = new byte[8];
        head[0] = 14;
        head[7] = 0x40;
        using var packed = new MemoryStream();
        using (
            var zlib = new System.IO.Compression.ZLibStream(
                packed,
                System.IO.Compression.CompressionMode.Compress,
                true
            )
        )
        {
            zlib.Write(head);
        }
        byte[] file =
        [
            .. File.ReadAllBytes(oracle.PathOf("mat", "plain.mat"))[..128],
            15,
            0,
            0,
            0,
            .. BitConverter.GetBytes((int)packed.Length),
            .. packed.ToArray(),
        ];
        var path = _folder.Write(file, "claim.mat");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Should
            .Throw<DatasetFormatException>(() => MatFile.Read(path))
            .Message.ShouldContain("claims 1,073,741,824 bytes");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Theory]
    [InlineData(1, 0x20)] // with a dictionary
    [InlineData(0, 0x77)]
    public void Read_APackedVariableWithAnotherHead_Throws(int at, byte value)
    {
        var file = File.ReadAllBytes(oracle.PathOf("mat", "packed.mat"));
        file[128 + 8 + at] = value;
        Should
            .Throw<DatasetFormatException>(() => MatFile.Read(_folder.Write(file, "x.mat")))
            .Message.ShouldContain("expected zlib's head without a dictionary");
    }

    [Fact]
    public void Read_AboveTheLimit_SaysWhich() =>
        Should
            .Throw<DatasetFormatException>(() =>
                MatFile.Read(oracle.PathOf("svhn-plain", "train_32x32.mat"), ["X"], 1000)
            )
            .Message.ShouldContain("the limit is 1,000");

    [Theory]
    [InlineData("MATLAB 7.3 MAT-file, and more", "save it with -v7")]
    [InlineData("<html>", "expected a head of 128")]
    public void Read_AnotherFormat_SaysWhatToDo(string text, string says) =>
        Should
            .Throw<DatasetFormatException>(() =>
                MatFile.Read(_folder.Write(System.Text.Encoding.ASCII.GetBytes(text), "x.mat"))
            )
            .Message.ShouldContain(says);

    public void Dispose() => _folder.Dispose();

    private static void Same(MatArray read, JsonElement known)
    {
        var kind = known.GetProperty("class").GetString()!;
        if (kind == "char")
        {
            read.Text().ShouldBe(known.GetProperty("text").GetString(), read.Name);
            return;
        }
        read.Dimensions.ShouldBe(known.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32()), read.Name);
        if (kind == "number")
        {
            Enumerable
                .Range(0, read.Count)
                .Select(i => read[i])
                .ShouldBe(known.GetProperty("values").EnumerateArray().Select(v => v.GetDouble()), read.Name);
            return;
        }
        var fields = kind == "cell" ? [] : DatasetOracle.Texts(known.GetProperty("fields"));
        read.Fields.ShouldBe(fields);
        var each = Math.Max(fields.Length, 1);
        JsonElement[] parts = [.. known.GetProperty("parts").EnumerateArray()];
        parts.Length.ShouldBe(read.Count * each);
        for (var i = 0; i < parts.Length; i++)
        {
            Same(kind == "cell" ? read.Cell(i) : read.Field(i / each, fields[i % each]), parts[i]);
        }
    }
}

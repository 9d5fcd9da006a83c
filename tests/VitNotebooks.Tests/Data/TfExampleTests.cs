using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class TfExampleTests
{
    [Fact]
    public void Parse_AnExample_HasItsFeatures()
    {
        // {"a": bytes [xyz], "n": int64 [1, -2], "m": int64 [300] loose, "e": nothing}, and a float list, which is passed over.
        var record = TestTfRecords.Example(
            TestTfRecords.Feature("a", TestTfRecords.Bytes("xyz"u8.ToArray())),
            TestTfRecords.Feature("n", TestTfRecords.Whole(-2, 1)),
            TestTfRecords.Feature("m", TestTfRecords.Loose(300)),
            TestTfRecords.Feature("e", []),
            TestTfRecords.Feature("f", TestTfRecords.Field(2, TestTfRecords.Field(1, [0, 0, 128, 63])))
        );
        var features = TfExample.Parse(record).ShouldNotBeNull();
        record[features["a"].Bytes!.Value].ShouldBe("xyz"u8.ToArray());
        features["a"].Count.ShouldBe(1);
        features["n"].ShouldBe(new TfFeature(2, null, -2));
        features["m"].ShouldBe(new TfFeature(1, null, 300));
        features["e"].ShouldBe(default);
        features["f"].ShouldBe(default);
        features.Count.ShouldBe(5);
    }

    [Fact]
    public void Parse_TheBytesOfAnotherWriter_AreReadToo()
    {
        // As protoc encodes features { feature { key: "label" value { int64_list { value: [5] } } } }.
        var record = Convert.FromHexString("0a100a0e0a056c6162656c12051a030a0105");
        TfExample.Parse(record).ShouldNotBeNull()["label"].ShouldBe(new TfFeature(1, null, 5));
    }

    [Theory]
    [InlineData("0a")] // a field without a length
    [InlineData("0a05")] // bytes that are not there
    [InlineData("0affffffffffffffffffff01")] // a number of eleven bytes
    [InlineData("0b")] // a group
    [InlineData("08")] // a number that is not there
    [InlineData("0d0000")] // four bytes of which two are there
    [InlineData("0a020a05")] // within the features
    [InlineData("0a100a0e0a056c6162656c12051a030a0185")] // within a packed list
    public void Parse_WhatIsBroken_IsNothing(string hex) => TfExample.Parse(Convert.FromHexString(hex)).ShouldBeNull();

    [Fact]
    public void Parse_AnEmptyRecord_HasNoFeatures() => TfExample.Parse([]).ShouldNotBeNull().ShouldBeEmpty();
}

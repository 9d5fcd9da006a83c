using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.OnTorchSharp.Tests;

/// <summary>What TorchSharp cannot read is refused, with what can be.</summary>
public sealed class PickledBatchTests
{
    [Fact]
    public void Read_AnyFile_NamesTheBinaryVersion()
    {
        var error = Should.Throw<DatasetFormatException>(() => PickledBatch.Read("data_batch_1"));
        error.File.ShouldBe("data_batch_1");
        error.Message.ShouldStartWith(
            "data_batch_1: TorchSharp reads no files of Python's pickle; take the binary version"
        );
    }
}

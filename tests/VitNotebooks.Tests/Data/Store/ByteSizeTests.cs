using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData(null, "not stated")]
    [InlineData(0L, "0 bytes")]
    [InlineData(999_999L, "999,999 bytes")]
    [InlineData(1_000_000L, "1.0 MB")]
    [InlineData(162_166_016L, "162.2 MB")]
    [InlineData(1_253_959_680L, "1.25 GB")]
    public void Text_OfBytes_IsAsPeopleReadThem(long? bytes, string text) => ByteSize.Text(bytes).ShouldBe(text);
}

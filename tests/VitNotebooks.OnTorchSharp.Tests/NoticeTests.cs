using Shouldly;
using VitNotebooks.Acceleration;
using Xunit;

namespace VitNotebooks.OnTorchSharp.Tests;

/// <summary>What is done plainly is said, once.</summary>
public sealed class NoticeTests
{
    [Fact]
    public void Say_Twice_WritesOneLine()
    {
        var before = Console.Error;
        using var written = new StringWriter();
        Console.SetError(written);
        try
        {
            var notice = new Notice("plainly");
            notice.Say();
            notice.Say();
        }
        finally
        {
            Console.SetError(before);
        }
        written.ToString().ShouldBe("plainly" + Environment.NewLine);
    }
}

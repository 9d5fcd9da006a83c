using Shouldly;
using VitNotebooks.Training;
using Xunit;

namespace VitNotebooks.Tests.Training;

public class TerminalDisplayTests
{
    private static readonly TrainingProgress Progress = new(
        2,
        10,
        30,
        78,
        1.2341,
        0.4567,
        123.4,
        TimeSpan.FromSeconds(30),
        TimeSpan.FromSeconds(187)
    )
    {
        WaitShare = 0.031,
        TestAccuracy = 0.5,
    };

    [Fact]
    public void ProgressLine_Training_HasLossAccuracySpeedWaitAndEta() =>
        TerminalDisplay
            .ProgressLine(Progress)
            .ShouldBe("epoch 3/10 30/78  loss 1.234  acc 45.7%  test 50.0%  123.4 img/s  wait 3%  ETA 3:07");

    [Fact]
    public void Report_Redirected_WritesNoMoreThanALineAnInterval()
    {
        using StringWriter output = new();
        TerminalDisplay display = new(output, overwrite: false, TimeSpan.FromHours(1));
        for (var i = 0; i < 100; i++)
        {
            display.Report(Progress with { Step = i });
        }
        output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem();
    }

    [Fact]
    public void Report_Terminal_OverwritesOneLine()
    {
        using StringWriter output = new();
        TerminalDisplay display = new(output, overwrite: true);
        display.Report(Progress with { Label = "a long label that is then gone" });
        display.Report(Progress);
        output.ToString().ShouldNotContain('\n');
        output.ToString().Split('\r', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
    }

    [Theory]
    [InlineData(0.2, "1 s")]
    [InlineData(59, "59 s")]
    [InlineData(187, "3:07")]
    [InlineData(3725, "1:02:05")]
    public void Duration_Seconds_ReadsAsPeopleDo(double seconds, string expected) =>
        TerminalDisplay.Duration(TimeSpan.FromSeconds(seconds)).ShouldBe(expected);
}

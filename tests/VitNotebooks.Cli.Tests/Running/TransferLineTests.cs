using System.Diagnostics;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Cli.Tests;

public sealed class TransferLineTests
{
    [Theory]
    [InlineData(
        DatasetStep.Fetching,
        45_200_000,
        170_100_000L,
        12_300_000.0,
        "fetching x: 45.2 of 170.1 MB, 12.3 MB/s, 11 s left"
    )]
    [InlineData(DatasetStep.Reading, 45_200_000, 170_100_000L, null, "reading x: 45.2 of 170.1 MB")]
    [InlineData(DatasetStep.Listing, 1_234_567, null, 10.0, "looking for images in x: 1,234,567")]
    [InlineData(DatasetStep.Unpacking, 45_200_000, null, 12_300_000.0, "unpacking x: 45.2 MB, 12.3 MB/s")]
    [InlineData(DatasetStep.Checking, 1_000_000_000, 150_000_000_000, null, "checking x: 1.00 of 150.00 GB")]
    [InlineData(
        DatasetStep.Fetching,
        0,
        150_000_000_000,
        10_000_000.0,
        "fetching x: 0.00 of 150.00 GB, 10.0 MB/s, 4:10:00 left"
    )]
    [InlineData(DatasetStep.Fetching, 5, 100L, 0.0, "fetching x: 0.0 of 0.0 MB, 0.0 MB/s")]
    [InlineData(DatasetStep.Waiting, 0, null, null, "waiting for x")]
    public void Text_OfAStep_SaysSizeRateAndTimeLeft(
        DatasetStep step,
        long done,
        long? total,
        double? rate,
        string text
    ) => TransferLine.Text(new("x", step, done, total), rate).ShouldBe(text);

    [Fact]
    public void Rate_IsThatOfTheLastTenSeconds()
    {
        var rate = new TransferRate();
        rate.Add(At(0), 0);
        rate.BytesPerSecond.ShouldBeNull();
        for (var second = 1; second <= 30; second++)
        {
            rate.Add(At(second), second * 100);
        }

        rate.BytesPerSecond!.Value.ShouldBe(100, 1e-6);
        for (var second = 31; second <= 45; second++)
        {
            rate.Add(At(second), 3000 + ((second - 30) * 1000));
        }

        rate.BytesPerSecond!.Value.ShouldBe(1000, 1e-6);
        rate.Add(At(46), 10); // it began anew
        rate.BytesPerSecond.ShouldBeNull();
    }

    private static long At(double seconds) => (long)(seconds * Stopwatch.Frequency);
}

using System.Diagnostics;
using System.Globalization;

namespace VitNotebooks.Cli;

/// <summary>The line that says how far a packing is: overwritten in a terminal, and every few seconds a new one in a file.</summary>
/// <param name="name">The dataset.</param>
/// <param name="images">Images in all.</param>
internal sealed class PackLine(string name, int images) : IProgress<int>, IDisposable
{
    private readonly RunProgress _output = new(Console.Error, overwrite: !Console.IsErrorRedirected, cells: 1);
    private readonly TransferRate _rate = new();

    public void Report(int value)
    {
        _rate.Add(Stopwatch.GetTimestamp(), value);
        _output.Status(Text(name, value, images, _rate.BytesPerSecond));
    }

    /// <summary>A sentence that stays.</summary>
    public void Say(string sentence) => _output.Line(sentence);

    public void Dispose() => _output.End(TimeSpan.Zero); // takes the line away

    /// <summary>E.g. <c>packing cifar10: 12,300 of 60,000 images, 5,120 a second, 10 s left</c>.</summary>
    /// <param name="name">The dataset.</param>
    /// <param name="done">Images written.</param>
    /// <param name="all">Images in all.</param>
    /// <param name="rate">Images a second; null while nobody knows.</param>
    public static string Text(string name, int done, int all, double? rate) =>
        string.Create(CultureInfo.InvariantCulture, $"packing {name}: {done:N0} of {all:N0} images")
        + (
            rate is > 0
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $", {rate:N0} a second, {RunProgress.Duration(TimeSpan.FromSeconds((all - done) / rate.Value))} left"
                )
                : ""
        );
}

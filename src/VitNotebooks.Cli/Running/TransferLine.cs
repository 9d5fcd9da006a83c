using System.Diagnostics;
using System.Globalization;
using VitNotebooks.Data;

namespace VitNotebooks.Cli;

/// <summary>
/// The line that says how far a download, an unpacking, a check or an opening is: overwritten in a terminal, and every few seconds a new one in a file.
/// </summary>
internal sealed class TransferLine : IProgress<DatasetProgress>, IDisposable
{
    private static TransferLine? s_shown; // sentences go above it
    private readonly RunProgress _output = new(Console.Error, overwrite: !Console.IsErrorRedirected, cells: 1);
    private readonly TransferRate _rate = new();
    private readonly Lock _lock = new();
    private (string, DatasetStep)? _about;

    public TransferLine() => s_shown = this;

    /// <summary>A sentence that stays.</summary>
    public static void Say(string sentence)
    {
        if (s_shown is { } line)
        {
            line._output.Line(sentence);
        }
        else
        {
            Console.Error.WriteLine(sentence);
        }
    }

    public void Report(DatasetProgress value)
    {
        lock (_lock)
        {
            if (value.Sentence is { } sentence)
            {
                _output.Line(sentence); // comes once a minute at most
                return;
            }
            if (_about != (value.What, value.Step))
            {
                _rate.Restart();
            }

            _about = (value.What, value.Step);
            _rate.Add(Stopwatch.GetTimestamp(), value.Done);
            _output.Status(Text(value, _rate.BytesPerSecond));
        }
    }

    public void Dispose()
    {
        s_shown = null;
        _output.End(TimeSpan.Zero); // takes the line away
    }

    /// <summary>E.g. <c>fetching CIFAR-10, cifar-10-binary.tar.gz: 45.2 of 170.1 MB, 12.3 MB/s, 11 s left</c>.</summary>
    /// <param name="progress">How far it is.</param>
    /// <param name="rate">Bytes a second; null while nobody knows.</param>
    public static string Text(DatasetProgress progress, double? rate)
    {
        if (progress.Step == DatasetStep.Waiting)
        {
            return progress.Sentence ?? $"waiting for {progress.What}";
        }

        if (progress.Step == DatasetStep.Listing)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"looking for images in {progress.What}: {progress.Done:N0}"
            );
        }

        var step = progress.Step switch
        {
            DatasetStep.Fetching => "fetching",
            DatasetStep.Unpacking => "unpacking",
            DatasetStep.Reading => "reading",
            _ => "checking",
        };
        var (unit, name) = (progress.Total ?? progress.Done) < 1_000_000_000 ? (1e6, "MB") : (1e9, "GB");
        var done = (progress.Done / unit).ToString(unit > 1e6 ? "0.00" : "0.0", CultureInfo.InvariantCulture);
        var total = progress.Total is { } all
            ? " of " + (all / unit).ToString(unit > 1e6 ? "0.00" : "0.0", CultureInfo.InvariantCulture)
            : "";
        var speed = rate is { } r ? string.Create(CultureInfo.InvariantCulture, $", {r / 1e6:0.0} MB/s") : "";
        var left =
            rate is > 0 && progress.Total is { } end
                ? $", {RunProgress.Duration(TimeSpan.FromSeconds((end - progress.Done) / rate.Value))} left"
                : "";
        return $"{step} {progress.What}: {done}{total} {name}{speed}{left}";
    }
}

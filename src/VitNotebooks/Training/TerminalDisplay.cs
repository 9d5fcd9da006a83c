using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace VitNotebooks.Training;

/// <summary>
/// One line that is overwritten in a terminal; where the output goes to a file, a plain line every few seconds and one at
/// the end of each epoch.
/// </summary>
public sealed class TerminalDisplay : ITrainingDisplay
{
    private readonly TextWriter _output;
    private readonly bool _overwrite;
    private readonly TimeSpan _plainInterval;
    private long _lastPlain;
    private int _width;
    private int _epochsShown;

    /// <summary>A display on standard error.</summary>
    public TerminalDisplay()
        : this(Console.Error, !Console.IsErrorRedirected) { }

    /// <summary>A display on any writer.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="overwrite">True for one line that is overwritten, false for plain lines.</param>
    /// <param name="plainInterval">Shortest time between two plain lines; 5 s by default.</param>
    public TerminalDisplay(TextWriter output, bool overwrite, TimeSpan? plainInterval = null)
    {
        _output = output;
        _overwrite = overwrite;
        _plainInterval = plainInterval ?? TimeSpan.FromSeconds(5);
    }

    /// <inheritdoc/>
    public void Report(TrainingProgress p)
    {
        if (p.History.Count > _epochsShown)
        {
            for (var i = _epochsShown; i < p.History.Count; i++)
            {
                Line(EpochLine(p, p.History[i]));
            }
            _epochsShown = p.History.Count;
        }
        if (_overwrite)
        {
            var line = ProgressLine(p);
            _output.Write("\r" + line.PadRight(_width));
            _output.Flush();
            _width = line.Length;
        }
        else if (_lastPlain == 0 || Stopwatch.GetElapsedTime(_lastPlain) >= _plainInterval)
        {
            _lastPlain = Stopwatch.GetTimestamp();
            _output.WriteLine(ProgressLine(p));
            _output.Flush();
        }
    }

    /// <inheritdoc/>
    public void Done(TrainingRun run)
    {
        for (var i = Math.Max(_epochsShown, 0); i < run.Epochs.Count; i++)
        {
            Line(EpochLine(null, run.Epochs[i]));
        }
        Line(run.ToString());
        _epochsShown = 0;
        _lastPlain = 0;
    }

    /// <inheritdoc/>
    public void Note(string text) => Line(text);

    /// <summary>The progress line.</summary>
    /// <param name="p">Where the run stands.</param>
    /// <returns>One line without a line end.</returns>
    public static string ProgressLine(TrainingProgress p)
    {
        StringBuilder line = new();
        if (p.Label.Length > 0)
        {
            line.Append(p.Label).Append("  ");
        }
        var phase = p.Phase switch
        {
            TrainingPhase.Evaluating => "evaluating ",
            TrainingPhase.Measuring => "measuring ",
            _ => "",
        };
        line.Append(Text($"{phase}epoch {p.Epoch + 1}/{p.Epochs} {p.Step}/{p.StepsPerEpoch}"));
        if (!double.IsNaN(p.Loss))
        {
            line.Append(Text($"  loss {p.Loss:0.000}  acc {100 * p.Accuracy:0.0}%"));
        }
        if (!double.IsNaN(p.AuxiliaryLoss))
        {
            line.Append(Text($"  aux {p.AuxiliaryLoss:0.000} x {p.AuxiliaryWeight:0.###}"));
        }
        if (!double.IsNaN(p.TestAccuracy))
        {
            line.Append(Text($"  test {100 * p.TestAccuracy:0.0}%"));
        }
        line.Append(Text($"  {p.ImagesPerSecond:0.0} img/s  wait {100 * p.WaitShare:0}%"));
        if (p.Remaining is TimeSpan left)
        {
            line.Append("  ETA ").Append(Duration(left));
        }
        if (p.ExperimentRemaining is TimeSpan all)
        {
            line.Append("  all ").Append(Duration(all));
        }
        return line.ToString();
    }

    /// <summary>A duration as people read it: 42 s, 3:07, 1:02:05.</summary>
    /// <param name="time">The duration.</param>
    /// <returns>Text.</returns>
    public static string Duration(TimeSpan time) =>
        time.TotalSeconds < 60 ? Text($"{Math.Ceiling(Math.Max(time.TotalSeconds, 0)):0} s")
        : time.TotalHours < 1 ? Text($"{time.Minutes}:{time.Seconds:00}")
        : Text($"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}");

    private static string EpochLine(TrainingProgress? p, EpochMetrics e)
    {
        var label = p is { Label.Length: > 0 } ? p.Label + "  " : "";
        var test = e.Evaluated ? Text($"  test loss {e.TestLoss:0.000} acc {100 * e.TestAccuracy:0.00}%") : "";
        return Text($"{label}epoch {e.Epoch + 1} done: loss {e.TrainLoss:0.000} acc {100 * e.TrainAccuracy:0.0}%{test}")
            + Text($"  {e.ImagesPerSecond:0.0} img/s  {e.StepMilliseconds:0.0} ms/step  lr {e.LearningRate:0.##e+0}");
    }

    private void Line(string text)
    {
        if (_overwrite && _width > 0)
        {
            _output.Write("\r" + new string(' ', _width) + "\r");
            _width = 0;
        }
        _output.WriteLine(text);
        _output.Flush();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.Diagnostics;
using System.Globalization;

namespace VitNotebooks.Cli;

/// <summary>Says in the terminal where a run stands: a line a cell, and below it one that is overwritten.</summary>
/// <param name="output">Where to write.</param>
/// <param name="overwrite">True for a terminal; false for a file, which gets plain lines every few seconds.</param>
/// <param name="cells">Number of code cells.</param>
public sealed class RunProgress(TextWriter output, bool overwrite, int cells)
{
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _lastStatus;
    private int _width;

    /// <summary>Time since the run began.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>A cell begins.</summary>
    /// <param name="number">Its number among the code cells, from 1.</param>
    /// <param name="source">Its code.</param>
    /// <param name="remaining">Estimate for the rest of the notebook; null when unknown.</param>
    public void Begin(int number, string source, TimeSpan? remaining)
    {
        var first = source
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(l =>
                !l.StartsWith("//", StringComparison.Ordinal) && !l.StartsWith("using ", StringComparison.Ordinal)
            );
        first ??= source.Split('\n')[0].Trim();
        if (first.Length > 64)
        {
            first = first[..63] + "\u2026";
        }

        var left = remaining is { } r ? $", about {Duration(r)} left" : "";
        Line(
            $"[{number.ToString(CultureInfo.InvariantCulture).PadLeft(Digits)}/{cells}] {first, -64}  {Duration(Elapsed)}{left}"
        );
        _lastStatus = Stopwatch.GetTimestamp();
    }

    /// <summary>A cell is over.</summary>
    /// <param name="time">How long it ran.</param>
    public void End(TimeSpan time)
    {
        if (time.TotalSeconds >= 1)
        {
            Line(string.Create(CultureInfo.InvariantCulture, $"{Indent}done in {time.TotalSeconds:0.0} s"));
        }
        else
        {
            Clear();
        }
    }

    /// <summary>What the running cell says of itself; kept only where the terminal overwrites.</summary>
    /// <param name="text">One line.</param>
    public void Status(string text)
    {
        lock (_lock)
        {
            if (overwrite)
            {
                var line = Indent + text;
                var room = Math.Max(40, ConsoleWidth() - 1);
                if (line.Length > room)
                {
                    line = line[..room];
                }

                output.Write("\r" + line.PadRight(_width));
                _width = line.Length;
            }
            else if (Stopwatch.GetElapsedTime(_lastStatus) >= PlainInterval)
            {
                output.WriteLine(Indent + text);
                _lastStatus = Stopwatch.GetTimestamp();
            }

            output.Flush();
        }
    }

    /// <summary>A line of the running cell that stays.</summary>
    /// <param name="text">One or more lines.</param>
    public void Note(string text)
    {
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            Line(Indent + line);
        }
    }

    /// <summary>A line that stays.</summary>
    /// <param name="text">The line.</param>
    public void Line(string text)
    {
        lock (_lock)
        {
            Clear();
            output.WriteLine(text);
            output.Flush();
        }
    }

    /// <summary>A duration as people read it: 42 s, 3:07, 1:02:05.</summary>
    /// <param name="time">The duration.</param>
    public static string Duration(TimeSpan time) =>
        time.TotalSeconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds):0} s")
        : time.TotalHours < 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}");

    private int Digits => cells.ToString(CultureInfo.InvariantCulture).Length;

    private string Indent => new(' ', 2 * Digits + 4);

    private void Clear()
    {
        lock (_lock)
        {
            if (overwrite && _width > 0)
            {
                output.Write("\r" + new string(' ', _width) + "\r");
            }

            _width = 0;
        }
    }

    private static int ConsoleWidth()
    {
        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : 120;
        }
        catch (IOException)
        {
            return 120; // no terminal after all
        }
    }
}

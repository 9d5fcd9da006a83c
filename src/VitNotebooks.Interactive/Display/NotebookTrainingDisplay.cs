using System.Globalization;
using System.Text;
using VitNotebooks.Training;

namespace VitNotebooks.Interactive;

/// <summary>
/// Training inside a cell: one output with a bar that moves (the trainer reports at most four times a second) and ends
/// as a table with a row a run; the same as a line in the terminal where the notebook was started.
/// </summary>
public sealed class NotebookTrainingDisplay : ITrainingDisplay
{
    private readonly Lock _lock = new();
    private readonly List<(string Label, TrainingRun Run)> _done = [];
    private readonly List<string> _notes = [];
    private DisplayedValue? _shown;
    private TrainingProgress? _now;
    private ITrainingDisplay? _before;

    /// <summary>Whether a run is under way: it needs time to save when it is interrupted.</summary>
    public bool Active
    {
        get
        {
            lock (_lock)
            {
                return _now is not null;
            }
        }
    }

    /// <summary>Makes this the display of all training in the process.</summary>
    /// <param name="cancellation">Stops every run that is given no token of its own.</param>
    public void Attach(CancellationToken cancellation)
    {
        _before = TrainingDisplay.Default;
        TrainingDisplay.Default = this;
        Trainer.HostCancellation = cancellation;
    }

    /// <summary>Puts back what was there before.</summary>
    public void Detach()
    {
        if (_before is not null)
        {
            TrainingDisplay.Default = _before;
        }

        Trainer.HostCancellation = CancellationToken.None;
    }

    /// <summary>A cell begins: what trains from now on has an output of its own.</summary>
    public void BeginCell()
    {
        lock (_lock)
        {
            _done.Clear();
            _notes.Clear();
            _shown = null;
            _now = null;
        }
    }

    /// <inheritdoc/>
    public void Report(TrainingProgress p)
    {
        Notebook.Host.Status(TerminalDisplay.ProgressLine(p));
        lock (_lock)
        {
            _now = p;
            Draw();
        }
    }

    /// <inheritdoc/>
    public void Done(TrainingRun run)
    {
        lock (_lock)
        {
            var label = _now?.Label is { Length: > 0 } given
                ? given
                : $"{run.Model}, seed {run.Seed.ToString(CultureInfo.InvariantCulture)}";
            _done.Add((label, run));
            _now = null;
            Draw();
        }

        Notebook.Host.Line(run.ToString() ?? "");
    }

    /// <inheritdoc/>
    public void Note(string text)
    {
        text = text.TrimEnd();
        lock (_lock)
        {
            if (_notes.Contains(text, StringComparer.Ordinal))
            {
                return; // every run of an experiment says the same of its recipe
            }

            _notes.Add(text);
            Draw();
        }

        Notebook.Host.Line(text);
    }

    private void Draw()
    {
        var content = new MimeBundle(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["text/html"] = Html(), ["text/plain"] = Text() }
        );
        if (_shown is null)
        {
            _shown = Notebook.display(content);
        }
        else
        {
            _shown.Update(content);
        }
    }

    private string Html()
    {
        var html = new StringBuilder();
        if (_now is { } p)
        {
            var share = p.TotalSteps > 0 ? Math.Clamp((double)p.GlobalStep / p.TotalSteps, 0, 1) : 0;
            html.Append($"<p>{Markup.Escape(TerminalDisplay.ProgressLine(p))}</p>");
            html.Append(
                $"<span class=\"vn-track\"><span style=\"width:{HtmlBlock.Number(100 * share, "0.0")}%\"></span></span>"
            );
        }

        if (_done.Count > 0)
        {
            html.Append(
                HtmlBlock.Table(
                    ["run", "epochs", "loss", "train accuracy", "test accuracy", "ms an update", "img/s", "time"],
                    _done.Select(d => (IReadOnlyList<string>)Row(d.Label, d.Run))
                )
            );
        }

        html.Append(
            HtmlBlock.Notes(_done.Where(d => d.Run.Broken.Count > 0).Select(d => $"{d.Label}: {d.Run.Broken}"))
        );
        html.Append(HtmlBlock.Notes(_notes.Where(n => !n.Contains('\n', StringComparison.Ordinal))));
        foreach (var note in _notes.Where(n => n.Contains('\n', StringComparison.Ordinal)))
        {
            var end = note.IndexOf('\n', StringComparison.Ordinal);
            html.Append(
                $"<details><summary class=\"vn-mute\">{Markup.Escape(note[..end].Trim())}</summary><pre>{Markup.Escape(note[(end + 1)..])}</pre></details>"
            );
        }

        return HtmlBlock.Wrap(html.ToString());
    }

    private string Text() =>
        string.Join(
            '\n',
            [
                .. _done.Select(d => $"{d.Label}: {d.Run}"),
                .. _now is null ? (string[])[] : [TerminalDisplay.ProgressLine(_now)],
                .. _notes,
            ]
        );

    private static string[] Row(string label, TrainingRun run)
    {
        var last = run.Epochs.Count > 0 ? run.Epochs[^1] : null;
        return
        [
            label + (run.Status == RunStatus.Completed ? "" : $" ({run.Status})"),
            run.Epochs.Count.ToString(CultureInfo.InvariantCulture),
            last is null ? "" : HtmlBlock.Number(last.TrainLoss, "0.000"),
            last is null ? "" : HtmlBlock.Percent(last.TrainAccuracy),
            HtmlBlock.Percent(run.Accuracy),
            HtmlBlock.Number(run.StepMilliseconds, "0"),
            last is null ? "" : HtmlBlock.Number(run.Epochs.Average(e => e.ImagesPerSecond), "0"),
            RunFormatter.Seconds(run.Elapsed),
        ];
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using VitNotebooks.Interactive;

namespace VitNotebooks.Cli;

/// <summary>Runs a notebook from top to bottom, saves it after each cell, and renders the page.</summary>
public sealed class NotebookRunner
{
    private static readonly Lock OneAtATime = new(); // the console and the display are the process's
    private readonly RunOptions _options;
    private readonly TextWriter _errors;
    private readonly bool _terminal;
    private readonly Func<string, Action<string>, IPackageSource> _packages;

    /// <summary>Makes a runner.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="errors">Where progress and errors are written.</param>
    /// <param name="terminal">Whether that is a terminal, where a line can be overwritten.</param>
    /// <param name="packages">Makes the source of packages for a folder; NuGet without it.</param>
    public NotebookRunner(
        RunOptions options,
        TextWriter errors,
        bool terminal = false,
        Func<string, Action<string>, IPackageSource>? packages = null
    )
    {
        _options = options;
        _errors = errors;
        _terminal = terminal;
        _packages = packages ?? ((folder, status) => new NuGetPackages(folder, status: status));
    }

    /// <summary>The notebook, with the outputs so far.</summary>
    public NotebookFile? Notebook { get; private set; }

    /// <summary>Runs it.</summary>
    /// <param name="interrupt">Ctrl-C: the running cell is cancelled, and what there is is saved.</param>
    /// <returns>The exit code, see <see cref="ExitCode"/>.</returns>
    /// <exception cref="UserErrorException">The notebook or a parameter cannot be used.</exception>
    public int Run(CancellationToken interrupt)
    {
        var notebook = NotebookFile.Load(_options.Notebook);
        Notebook = notebook;
        RunParameters.Check(notebook, _options.Parameters, _options.Notebook);
        Refuse(notebook);
        lock (OneAtATime)
        {
            return RunCells(notebook, interrupt);
        }
    }

    /// <summary>What the cells tagged <c>print</c> put out as text: the notebook's answer, for the terminal.</summary>
    public IEnumerable<string> Printed =>
        (Notebook?.Cells ?? [])
            .Where(c => c.Kind == CellKind.Code && c.Tags.Contains("print", StringComparer.Ordinal))
            .SelectMany(c => c.Outputs.OfType<JsonObject>())
            .Select(o => NotebookCell.Join(o["data"]?["text/plain"] ?? o["text"]))
            .Where(t => t.Length > 0);

    private string Output => _options.Output ?? _options.Notebook;

    private void Refuse(NotebookFile notebook)
    {
        if (
            notebook.Cells.FirstOrDefault(c =>
                c.Kind == CellKind.Code && c.Language.ToUpperInvariant() is not ("CSHARP" or "C#")
            ) is
            { } other
        )
        {
            throw new UserErrorException(
                $"{_options.Notebook}: the code cell that begins '{other.Source.Split('\n')[0]}' is in {other.Language}; vitnb runs C# cells."
            );
        }
    }

    private int RunCells(NotebookFile notebook, CancellationToken interrupt)
    {
        var code = notebook.Cells.Where(c => c.Kind == CellKind.Code && c.Source.Trim().Length > 0).ToArray();
        var estimates = new RunEstimates(code.Select(c => c.Seconds));
        foreach (var cell in notebook.Cells.Where(c => c.Kind == CellKind.Code))
        {
            cell.Outputs.Clear(); // the outputs of one execution belong together
            cell.ExecutionCount = null;
        }

        var progress = new RunProgress(_errors, _terminal, code.Length);
        var outputs = new CellOutputs();
        using var soft = CancellationTokenSource.CreateLinkedTokenSource(interrupt);
        using var hard = new CancellationTokenSource();
        var training = new NotebookTrainingDisplay();
        var before = (Interactive.Notebook.Host, Out: Console.Out, Error: Console.Error);
        var folder = Path.GetDirectoryName(Path.GetFullPath(_options.Notebook))!;
        using var engine = new ScriptEngine(folder, _packages(folder, progress.Status));
        using var stop = soft.Token.Register(() =>
            hard.CancelAfter(training.Active ? _options.TrainingGrace : _options.Grace)
        );
        try
        {
            Interactive.Notebook.Host = new NotebookHost(outputs, progress, soft.Token);
            training.Attach(soft.Token);
            NotebookFormatters.Register();
            Console.SetOut(TextWriter.Synchronized(new StreamCapture(t => outputs.Stream("stdout", t))));
            Console.SetError(TextWriter.Synchronized(new StreamCapture(t => outputs.Stream("stderr", t))));

            for (var i = 0; i < code.Length; i++)
            {
                progress.Begin(i + 1, code[i].Source, estimates.Remaining(i));
                training.BeginCell();
                var started = Stopwatch.GetTimestamp();
                var result = RunCell(engine, outputs, code[i], i + 1, hard.Token);
                var time = Stopwatch.GetElapsedTime(started);
                code[i].Seconds = time.TotalSeconds;
                estimates.Done(i, time.TotalSeconds);
                progress.End(time);
                Save(notebook, outputs, progress.Elapsed);
                if (result.Outcome != CellOutcome.Succeeded)
                {
                    return Stopped(progress, result, i + 1, code[i]);
                }

                if (soft.IsCancellationRequested)
                {
                    return Interrupted(progress, $"Interrupted after cell {i + 1} of {code.Length}.");
                }
            }

            progress.Line($"{code.Length} cells ran in {RunProgress.Duration(progress.Elapsed)}.");
            Save(notebook, outputs, progress.Elapsed);
            return ExitCode.Success;
        }
        finally
        {
            training.Detach();
            Interactive.Notebook.Host = before.Host;
            Console.SetOut(before.Out);
            Console.SetError(before.Error);
            if (_options.Html is { } html)
            {
                NotebookFile.WriteAtomically(html, NotebookPage.Render(notebook, folder));
            }
        }
    }

    private CellResult RunCell(
        ScriptEngine engine,
        CellOutputs outputs,
        NotebookCell cell,
        int number,
        CancellationToken abort
    )
    {
        outputs.Begin(cell);
        cell.ExecutionCount = number;
        try
        {
            var result = engine.Run(cell.Source, number, abort);
            if (result.Outcome == CellOutcome.Succeeded)
            {
                if (cell.Tags.Contains(RunParameters.Tag, StringComparer.Ordinal))
                {
                    foreach (var line in RunParameters.Apply(engine, _options.Parameters))
                    {
                        outputs.Stream("stdout", line);
                    }
                }

                if (result.Value is not (null or DisplayedValue))
                {
                    outputs.Result(number, MimeBundle.Of(result.Value));
                }
            }
            else if (result.Error is { } error)
            {
                outputs.Error(error);
            }

            return result;
        }
        finally
        {
            outputs.End();
        }
    }

    private void Save(NotebookFile notebook, CellOutputs outputs, TimeSpan elapsed) =>
        outputs.Locked(() =>
        {
            if (notebook.Root["metadata"] is JsonObject metadata)
            {
                metadata["vitnb"] = new JsonObject
                {
                    ["version"] = NuGetPackages.HostVersion,
                    ["seconds"] = Math.Round((decimal)elapsed.TotalSeconds, 1),
                    ["parameters"] = new JsonObject(
                        _options.Parameters.Select(p =>
                            KeyValuePair.Create(p.Name, (JsonNode?)JsonValue.Create(p.Value))
                        )
                    ),
                };
                metadata["kernelspec"] ??= new JsonObject
                {
                    ["display_name"] = ".NET (C#)",
                    ["language"] = "C#",
                    ["name"] = ".net-csharp",
                };
            }

            notebook.Save(Output);
        });

    private int Stopped(RunProgress progress, CellResult result, int number, NotebookCell cell)
    {
        if (result.Outcome == CellOutcome.Cancelled)
        {
            return Interrupted(progress, $"Interrupted in cell {number}: {result.Error?.Message}");
        }

        progress.Line("");
        progress.Line($"Cell {number} failed:");
        foreach (var line in cell.Source.Split('\n'))
        {
            progress.Line("    " + line);
        }

        foreach (var line in result.Error!.Lines)
        {
            progress.Line(line);
        }

        progress.Line($"The outputs so far are in {Output}.");
        return ExitCode.CellFailed;
    }

    private int Interrupted(RunProgress progress, string what)
    {
        progress.Line(what);
        progress.Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The outputs so far are in {Output}; the same command starts again."
            )
        );
        return ExitCode.Interrupted;
    }
}

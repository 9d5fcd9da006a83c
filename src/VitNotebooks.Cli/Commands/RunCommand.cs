using System.CommandLine;
using System.Runtime.InteropServices;

namespace VitNotebooks.Cli;

/// <summary><c>vitnb run NOTEBOOK</c>.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var notebook = new Argument<string>("NOTEBOOK") { Description = "The notebook, an .ipynb file with C# cells." };
        var output = new Option<string?>("--output", "-o")
        {
            Description =
                "Where the executed notebook goes. Without it, its outputs are saved into the notebook itself.",
        };
        var html = new Option<string?>("--html") { Description = "Also write a self-contained HTML page there." };
        var parameter = new Option<string[]>("--parameter", "-p")
        {
            Description = "name=value: sets a variable of the cell that is tagged 'parameters'. Can be repeated.",
        };
        var command = new Command("run", "Runs a notebook from top to bottom and saves its outputs.")
        {
            notebook,
            output,
            html,
            parameter,
        };
        command.SetAction(parsed =>
        {
            var options = new RunOptions(parsed.GetValue(notebook)!)
            {
                Output = parsed.GetValue(output),
                Html = parsed.GetValue(html),
                Parameters = [.. (parsed.GetValue(parameter) ?? []).Select(Split)],
            };
            return Run(options);
        });
        return command;
    }

    private static int Run(RunOptions options)
    {
        var terminal = Console.Error; // cells get another one
        using var interrupt = new CancellationTokenSource();
        using var sigint = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var sigterm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var runner = new NotebookRunner(options, terminal, terminal: !Console.IsErrorRedirected);
        var code = runner.Run(interrupt.Token);
        if (code == ExitCode.Success)
        {
            foreach (var text in runner.Printed)
            {
                Console.WriteLine(text.TrimEnd('\n') + "\n");
            }

            Console.WriteLine($"notebook: {Path.GetFullPath(options.Output ?? options.Notebook)}");
        }

        if (options.Html is { } html)
        {
            Console.WriteLine($"page:     {Path.GetFullPath(html)}");
        }

        return code;

        void Stop(PosixSignalContext context)
        {
            if (interrupt.IsCancellationRequested)
            {
                return; // the second time, the process ends
            }

            context.Cancel = true;
            terminal.WriteLine();
            terminal.WriteLine("Stopping: the running cell is told to save and end; Ctrl-C again ends at once.");
            interrupt.Cancel();
        }
    }

    private static (string Name, string Value) Split(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        return at > 0
            ? (text[..at].Trim(), text[(at + 1)..])
            : throw new UserErrorException($"-p {text}: expected name=value, as in -p epochs=5.");
    }
}

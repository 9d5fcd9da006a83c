using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace VitNotebooks.Cli.Tests;

public sealed class NotebookRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _terminal = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_CellsThatSucceed_SavesValuesStreamsCountsAndTimes()
    {
        var path = _folder.Notebook(
            "%% # Title",
            "var x = 20;\nConsole.WriteLine(\"out\");",
            "await Task.Delay(1);\nx + 22"
        );

        Run(path).ShouldBe(ExitCode.Success);

        var cells = Saved(path);
        Text(cells[1]["outputs"]![0]!["text"]).ShouldBe("out\n");
        var result = cells[2]["outputs"]![0]!;
        ((string)result["output_type"]!).ShouldBe("execute_result");
        Text(result["data"]!["text/plain"]).ShouldBe("42");
        ((int)cells[2]["execution_count"]!).ShouldBe(2);
        ((double)cells[2]["metadata"]!["vitnb"]!["seconds"]!).ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Run_StreamsAndDisplays_KeepTheirOrder()
    {
        var path = _folder.Notebook(
            "Console.Write(\"a\"); Console.Write(\"b\"); Console.Error.Write(\"c\"); display(1); Console.Write(\"d\");\n2"
        );

        Run(path).ShouldBe(ExitCode.Success);

        Saved(path)[0]["outputs"]!
            .AsArray()
            .Select(o =>
                o!["name"] is { } name
                    ? $"{name}:{Text(o["text"])}"
                    : $"{o["output_type"]}:{Text(o["data"]!["text/plain"])}"
            )
            .ShouldBe(["stdout:ab", "stderr:c", "display_data:1", "stdout:d", "execute_result:2"]);
    }

    [Fact]
    public void Run_DisplayedValueUpdated_IsReplacedInItsPlaceAlsoFromALaterCell()
    {
        var path = _folder.Notebook(
            "var h = display(\"old\");\nConsole.Write(\"after\");",
            "h.Update(HTML(\"<b>new</b>\"));"
        );

        Run(path).ShouldBe(ExitCode.Success);

        var outputs = Saved(path)[0]["outputs"]!;
        outputs.AsArray().Count.ShouldBe(2);
        Text(outputs[0]!["data"]!["text/html"]).ShouldBe("<b>new</b>");
    }

    [Fact]
    public void Run_Figure_IsSavedAsSvgAndAsPlotlyJson()
    {
        var path = _folder.Notebook("Charts.Line([3, 2, 1], \"Loss\")");

        Run(path).ShouldBe(ExitCode.Success);

        var data = Saved(path)[0]["outputs"]![0]!["data"]!;
        Text(data["text/html"]).ShouldContain("<svg");
        data["application/vnd.plotly.v1+json"]!["data"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public void Run_CompileError_StopsWithCellLineColumnAndCode()
    {
        var path = _folder.Notebook("var a = 1;", "var b = 2;\nvar c = a + nothing;", "Console.WriteLine(\"never\");");

        Run(path).ShouldBe(ExitCode.CellFailed);

        var cells = Saved(path);
        var error = cells[1]["outputs"]![0]!;
        ((string)error["ename"]!).ShouldBe("CompilationError");
        ((string)error["evalue"]!).ShouldStartWith("line 2, column 13: CS0103");
        cells[2]["outputs"]!.AsArray().ShouldBeEmpty();
        var terminal = _terminal.ToString();
        terminal.ShouldContain("Cell 2 failed:");
        terminal.ShouldContain("> 2 | var c = a + nothing;");
        terminal.ShouldContain("    |             ^");
    }

    [Fact]
    public void Run_Exception_StopsWithTheCellsLineAndKeepsEarlierOutputs()
    {
        var path = _folder.Notebook(
            "int Divide(int q)\n{\n    return 10 / q;\n}",
            "Console.WriteLine(\"before\");\nDivide(0)",
            "Console.WriteLine(\"never\");"
        );

        Run(path).ShouldBe(ExitCode.CellFailed);

        var outputs = Saved(path)[1]["outputs"]!;
        Text(outputs[0]!["text"]).ShouldBe("before\n");
        ((string)outputs[1]!["ename"]!).ShouldBe("DivideByZeroException");
        _terminal.ToString().ShouldContain("Cell 2, line 2: DivideByZeroException: Attempted to divide by zero.");
        _terminal.ToString().ShouldContain("called from cell 1, line 3");
    }

    [Fact]
    public void Run_EndlessLoop_IsInterruptedAndWhatWasPutOutIsSaved()
    {
        using var interrupt = new CancellationTokenSource();
        var path = _folder.Notebook(
            "Console.WriteLine(\"started\");\nSystem.IO.File.WriteAllText(@\""
                + _folder.File("mark")
                + "\", \"\");\nwhile (true) { }"
        );
        var run = Task.Run(() => new NotebookRunner(Options(path), _terminal).Run(interrupt.Token));
        SpinWait.SpinUntil(() => File.Exists(_folder.File("mark")), TimeSpan.FromSeconds(30)).ShouldBeTrue();

        interrupt.Cancel();

        run.Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        run.Result.ShouldBe(ExitCode.Interrupted);
        Text(Saved(path)[0]["outputs"]![0]!["text"]).ShouldBe("started\n");
    }

    [Fact]
    public void Run_CellThatHeedsTheToken_EndsByItselfWithItsOwnSentence()
    {
        using var interrupt = new CancellationTokenSource();
        var path = _folder.Notebook(
            "System.IO.File.WriteAllText(@\""
                + _folder.File("mark")
                + "\", \"\");\nNotebook.Cancellation.WaitHandle.WaitOne();\nthrow new OperationCanceledException(\"saved; the same call goes on\");"
        );
        var options = Options(path) with { Grace = TimeSpan.FromSeconds(30) };
        var run = Task.Run(() => new NotebookRunner(options, _terminal).Run(interrupt.Token));
        SpinWait.SpinUntil(() => File.Exists(_folder.File("mark")), TimeSpan.FromSeconds(30)).ShouldBeTrue();

        interrupt.Cancel();

        run.Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        run.Result.ShouldBe(ExitCode.Interrupted);
        _terminal.ToString().ShouldContain("saved; the same call goes on");
    }

    [Fact]
    public void Run_Parameter_ReplacesTheValueForLaterCells()
    {
        var path = _folder.Notebook("// parameters\nint epochs = 1;\ndouble rate = 0.5;", "epochs * rate");

        new NotebookRunner(Options(path) with { Parameters = [("epochs", "7"), ("rate", "0.25")] }, _terminal)
            .Run(default)
            .ShouldBe(ExitCode.Success);

        Text(Saved(path)[1]["outputs"]![0]!["data"]!["text/plain"]).ShouldBe("1.75");
    }

    [Fact]
    public void Run_UnknownParameter_NamesThoseThereAre()
    {
        var path = _folder.Notebook("// parameters\nint epochs = 1;");

        Should
            .Throw<UserErrorException>(() =>
                new NotebookRunner(Options(path) with { Parameters = [("epoch", "7")] }, _terminal).Run(default)
            )
            .Message.ShouldContain("it has: epochs");
    }

    [Fact]
    public void Run_ParameterOfAnotherType_NamesTheType()
    {
        var path = _folder.Notebook("// parameters\nint epochs = 1;");

        Should
            .Throw<UserErrorException>(() =>
                new NotebookRunner(Options(path) with { Parameters = [("epochs", "many")] }, _terminal).Run(default)
            )
            .Message.ShouldContain("Int32");
    }

    [Fact]
    public void Run_LoadAndReference_AreRelativeToTheNotebook()
    {
        _folder.Write("answer.csx", "int Answer() => 42;");
        File.Copy(typeof(Markdig.Markdown).Assembly.Location, _folder.File("Markdig.dll"));
        var path = _folder.Notebook(
            "#load \"answer.csx\"\nAnswer()",
            "#r \"Markdig.dll\"\ntypeof(Markdig.Markdown).Assembly.Location"
        );

        Run(path).ShouldBe(ExitCode.Success);

        var cells = Saved(path);
        Text(cells[0]["outputs"]![0]!["data"]!["text/plain"]).ShouldBe("42");
        Text(cells[1]["outputs"]![0]!["data"]!["text/plain"]).ShouldBe(typeof(Markdig.Markdown).Assembly.Location); // the host's own
    }

    [Fact]
    public void Run_MagicCommand_IsRefusedWithItsLine()
    {
        var path = _folder.Notebook("var x = 1;\n#!time");

        Run(path).ShouldBe(ExitCode.CellFailed);

        _terminal.ToString().ShouldContain("line 2: vitnb run knows #r and #load; it does not know '#!time'");
    }

    [Fact]
    public void Run_CellsShareOneThread()
    {
        var path = _folder.Notebook(
            "var first = Environment.CurrentManagedThreadId;\nawait Task.Delay(1);\nvar second = Environment.CurrentManagedThreadId;",
            "first == second && second == Environment.CurrentManagedThreadId"
        );

        Run(path).ShouldBe(ExitCode.Success);

        Text(Saved(path)[1]["outputs"]![0]!["data"]!["text/plain"]).ShouldBe("True");
    }

    [Fact]
    public void Run_OutputAndHtml_AreWrittenAndTheNotebookIsLeftAlone()
    {
        var path = _folder.Notebook("1 + 1");
        var before = File.ReadAllText(path);

        new NotebookRunner(
            Options(path) with
            {
                Output = _folder.File("o/x.ipynb"),
                Html = _folder.File("o/x.html"),
            },
            _terminal
        )
            .Run(default)
            .ShouldBe(ExitCode.Success);

        File.ReadAllText(path).ShouldBe(before);
        File.ReadAllText(_folder.File("o/x.html")).ShouldContain("<pre>2</pre>");
        Directory.GetFiles(_folder.File("o")).Length.ShouldBe(2); // nothing temporary is left
    }

    private static RunOptions Options(string path) => new(path);

    private int Run(string path) => new NotebookRunner(Options(path), _terminal).Run(default);

    private static JsonNode[] Saved(string path) =>
        [.. JsonNode.Parse(File.ReadAllText(path))!["cells"]!.AsArray().Select(c => c!)];

    private static string Text(JsonNode? node) => NotebookCell.Join(node).TrimEnd('\r');
}

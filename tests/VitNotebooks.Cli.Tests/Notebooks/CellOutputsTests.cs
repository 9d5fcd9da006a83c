using Shouldly;
using Xunit;

namespace VitNotebooks.Cli.Tests;

public sealed class CellOutputsTests
{
    [Fact]
    public void Stream_BeyondTheLimit_IsCountedAndSaid()
    {
        using var folder = new TemporaryFolder();
        var cell = NotebookFile.Load(folder.Notebook("1")).Cells[0];
        var outputs = new CellOutputs(streamLimit: 10);
        outputs.Begin(cell);
        outputs.Stream("stdout", "123456");
        outputs.Stream("stdout", "7890abcd");
        outputs.End();

        NotebookCell.Join(cell.Outputs[0]!["text"]).ShouldBe("1234567890");
        NotebookCell
            .Join(cell.Outputs[1]!["text"])
            .ShouldBe("[vitnb: the cell printed 14 characters; the last 4 are not kept]\n");
    }

    [Fact]
    public void Stream_FromManyThreads_LosesNothing()
    {
        using var folder = new TemporaryFolder();
        var cell = NotebookFile.Load(folder.Notebook("1")).Cells[0];
        var outputs = new CellOutputs();
        outputs.Begin(cell);
        Parallel.For(0, 1000, i => outputs.Stream("stdout", "x"));
        outputs.End();

        cell.Outputs.Count.ShouldBe(1);
        NotebookCell.Join(cell.Outputs[0]!["text"]).Length.ShouldBe(1000);
    }
}

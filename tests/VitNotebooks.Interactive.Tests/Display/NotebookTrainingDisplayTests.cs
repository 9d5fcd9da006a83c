using Shouldly;
using VitNotebooks.Training;
using Xunit;

namespace VitNotebooks.Interactive.Tests;

public sealed class NotebookTrainingDisplayTests
{
    [Fact]
    public void Report_MoreThanOnce_MovesOneOutput()
    {
        var host = new RecordingHost();
        var before = Notebook.Host;
        Notebook.Host = host;
        try
        {
            var display = new NotebookTrainingDisplay();
            display.BeginCell();
            display.Note("recipe\n  epochs 3");
            display.Note("recipe\n  epochs 3");
            display.Report(Progress(10));
            display.Active.ShouldBeTrue();
            display.Report(Progress(20));
        }
        finally
        {
            Notebook.Host = before;
        }

        host.Shown.Count.ShouldBe(1);
        var last = host.Updated[^1];
        last.ShouldContain("width:20.0%");
        last.Split("<details>").Length.ShouldBe(2); // the same note once
        host.Lines.ShouldBe(["recipe\n  epochs 3"]);
        host.Statuses.Count.ShouldBe(2);
        host.Statuses[1].ShouldContain("loss 1.250");
    }

    private static TrainingProgress Progress(int step) =>
        new(0, 1, step, 100, 1.25, 0.5, 100, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(9))
        {
            GlobalStep = step,
            TotalSteps = 100,
            Label = "<b>run</b>",
        };

    private sealed class RecordingHost : INotebookHost
    {
        public List<string> Shown { get; } = [];

        public List<string> Updated { get; } = [];

        public List<string> Statuses { get; } = [];

        public List<string> Lines { get; } = [];

        public CancellationToken Cancellation => CancellationToken.None;

        public void Show(string id, MimeBundle content) => Shown.Add(content.Content["text/html"]);

        public void Update(string id, MimeBundle content) => Updated.Add(content.Content["text/html"]);

        public void Status(string line) => Statuses.Add(line);

        public void Line(string line) => Lines.Add(line);
    }
}

using System.Text.Json.Nodes;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Oracles;
using VitNotebooks.Training;
using Xunit;

namespace VitNotebooks.Tests.Training;

/// <summary>What is known of the data is said at a run's start and kept beside its numbers.</summary>
[Collection(Alone.Name)]
public sealed class DataNotesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_DataWithNotes_SaysThemAndKeepsThemInTheRun()
    {
        const string note = "bars/train: 2 of 50 listed images are not there (3.png, 5.png).";
        Notes said = new();
        var run = Trainer(TinyTask.Data() with { Notes = [note] }).Show(said).Fit();
        said.Text.ShouldContain(note + "\n");
        run.DataNotes.ShouldBe([note]);
        JsonNode.Parse(File.ReadAllText(Path.Combine(_folder["run"], "run.json")))!["dataNotes"]!
            .AsArray()
            .Select(text => (string)text!)
            .ShouldBe([note]);
        TrainingRun.Load(_folder["run"]).DataNotes.ShouldBe([note]);
    }

    [Fact]
    public void Fit_DataWithoutNotes_KeepsNone()
    {
        var run = Trainer(TinyTask.Data()).Fit();
        run.DataNotes.ShouldBeEmpty();
    }

    private Trainer Trainer(VisionData data) => TinyTask.Trainer(_folder["run"], TinyTask.Recipe(epochs: 1)).On(data);
}

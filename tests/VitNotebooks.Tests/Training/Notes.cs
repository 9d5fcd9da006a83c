using VitNotebooks.Training;

namespace VitNotebooks.Tests.Training;

/// <summary>Keeps what a run said.</summary>
internal sealed class Notes : ITrainingDisplay
{
    public string Text { get; private set; } = "";

    public void Report(TrainingProgress p) { }

    public void Done(TrainingRun run) { }

    public void Note(string text) => Text += text + "\n";
}

using VitNotebooks.Interactive;

namespace VitNotebooks.Cli;

/// <summary>Takes what cells show into the notebook, and what they say of their progress into the terminal.</summary>
internal sealed class NotebookHost(CellOutputs outputs, RunProgress progress, CancellationToken cancellation)
    : INotebookHost
{
    /// <inheritdoc/>
    public CancellationToken Cancellation => cancellation;

    /// <inheritdoc/>
    public void Show(string id, MimeBundle content) => outputs.Show(id, content);

    /// <inheritdoc/>
    public void Update(string id, MimeBundle content) => outputs.Update(id, content);

    /// <inheritdoc/>
    public void Status(string line) => progress.Status(line);

    /// <inheritdoc/>
    public void Line(string line) => progress.Note(line);
}

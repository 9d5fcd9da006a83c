namespace VitNotebooks.Interactive;

/// <summary>What runs the notebook: takes what cells show. Calls may come from any thread.</summary>
public interface INotebookHost
{
    /// <summary>Cancelled when the user interrupts the running cell.</summary>
    CancellationToken Cancellation { get; }

    /// <summary>Adds an output to the running cell.</summary>
    /// <param name="id">Name of the output, for <see cref="Update"/>.</param>
    /// <param name="content">What to show.</param>
    void Show(string id, MimeBundle content);

    /// <summary>Replaces an output that was shown earlier, wherever it stands.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="content">What to show instead.</param>
    void Update(string id, MimeBundle content);

    /// <summary>Shows a line of progress outside the notebook, where the run was started.</summary>
    /// <param name="line">One line without a line break.</param>
    void Status(string line);

    /// <summary>Writes a line that stays, outside the notebook, where the run was started.</summary>
    /// <param name="line">One line without a line break.</param>
    void Line(string line);
}

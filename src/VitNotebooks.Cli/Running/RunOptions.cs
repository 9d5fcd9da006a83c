namespace VitNotebooks.Cli;

/// <summary>How to run a notebook.</summary>
/// <param name="Notebook">Path of the .ipynb file.</param>
public sealed record RunOptions(string Notebook)
{
    /// <summary>Where the executed notebook goes; by default back into its file.</summary>
    public string? Output { get; init; }

    /// <summary>Where the HTML page goes; none without it.</summary>
    public string? Html { get; init; }

    /// <summary>Values for the variables of the cell that is tagged <c>parameters</c>.</summary>
    public IReadOnlyList<(string Name, string Value)> Parameters { get; init; } = [];

    /// <summary>How long an interrupted training may take to save before the cell is aborted.</summary>
    public TimeSpan TrainingGrace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long any other interrupted cell may take.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(1);
}

namespace VitNotebooks.Cli;

/// <summary>How a cell ended.</summary>
public enum CellOutcome
{
    /// <summary>It ran to its end.</summary>
    Succeeded,

    /// <summary>It did not compile, or threw.</summary>
    Failed,

    /// <summary>It was interrupted.</summary>
    Cancelled,
}

/// <summary>What came of a cell.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Value">Value of its last expression; null without one.</param>
/// <param name="Error">What happened, when it failed or was interrupted.</param>
public sealed record CellResult(CellOutcome Outcome, object? Value = null, CellError? Error = null);

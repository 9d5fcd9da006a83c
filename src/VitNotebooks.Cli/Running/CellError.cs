namespace VitNotebooks.Cli;

/// <summary>Why a cell failed.</summary>
/// <param name="Name">Kind: the exception's type, or "CompilationError".</param>
/// <param name="Message">What happened, with line and column where they are known.</param>
/// <param name="Lines">The whole report, a line an entry, for the notebook's traceback.</param>
public sealed record CellError(string Name, string Message, IReadOnlyList<string> Lines);

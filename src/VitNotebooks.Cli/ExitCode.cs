namespace VitNotebooks.Cli;

/// <summary>What the process returns.</summary>
public static class ExitCode
{
    /// <summary>All cells ran.</summary>
    public const int Success = 0;

    /// <summary>A cell failed; what ran before it is saved.</summary>
    public const int CellFailed = 1;

    /// <summary><c>vitnb doctor</c>: something needed is missing on this machine.</summary>
    public const int SomethingMissing = 1;

    /// <summary><c>vitnb data verify</c>: a file is missing or another one.</summary>
    public const int WrongData = 1;

    /// <summary>Bad input; one sentence on standard error says what to do.</summary>
    public const int UserError = 2;

    /// <summary>Stopped with Ctrl-C; what ran so far is saved.</summary>
    public const int Interrupted = 130;
}

namespace VitNotebooks.Cli;

/// <summary>How much a finding matters.</summary>
public enum FindingLevel
{
    /// <summary>Worth knowing; nothing to do.</summary>
    Note,

    /// <summary>It works, slower than it could.</summary>
    Slow,

    /// <summary>Something that is needed is not there: the exit code is 1.</summary>
    Missing,
}

/// <summary>Something that a look at the machine found.</summary>
/// <param name="Check">The check that found it, <c>blas</c> for one.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="Text">What is so and why it matters, in a sentence or two.</param>
/// <param name="Remedy">The command that mends it; null where there is none.</param>
public sealed record Finding(string Check, FindingLevel Level, string Text, string? Remedy = null);

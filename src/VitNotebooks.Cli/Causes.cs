using System.Reflection;

namespace VitNotebooks.Cli;

/// <summary>What really went wrong: the exception inside those that the runtime wraps around it.</summary>
internal static class Causes
{
    /// <summary>The innermost exception that somebody wrote for a reader.</summary>
    public static Exception Of(Exception e)
    {
        while (
            e
                is TypeInitializationException
                    or TargetInvocationException
                    or AggregateException { InnerExceptions.Count: 1 }
            && e.InnerException is { } inner
        )
        {
            e = inner;
        }

        return e;
    }
}

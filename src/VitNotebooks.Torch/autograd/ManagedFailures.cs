using System.Globalization;
using System.Runtime.ExceptionServices;

namespace TorchSharp;

/// <summary>Exceptions of managed callbacks on their way through libtorch, which carries only a number.</summary>
internal static class ManagedFailures
{
    private const string Mark = "vn-managed-exception:";

    /// <summary>Of several that fail at once libtorch hands on one; so many of the others are remembered, then forgotten.</summary>
    private const int Kept = 64;

    private static readonly Lock s_gate = new();
    private static readonly SortedDictionary<long, ExceptionDispatchInfo> s_failures = [];
    private static long s_last;

    /// <summary>Remembers an exception; its number is what the callback returns.</summary>
    public static long Keep(Exception exception)
    {
        var info = ExceptionDispatchInfo.Capture(exception);
        lock (s_gate)
        {
            s_failures.Add(++s_last, info);
            while (s_failures.Count > Kept)
            {
                s_failures.Remove(s_failures.Keys.First());
            }
            return s_last;
        }
    }

    /// <summary>Throws the exception that a failure of libtorch stands for, with its own stack; else does nothing.</summary>
    public static void RethrowIfNamed(string text)
    {
        var at = text.IndexOf(Mark, StringComparison.Ordinal);
        if (at < 0)
        {
            return;
        }
        var digits = text.AsSpan(at + Mark.Length);
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        var number = long.Parse(end < 0 ? digits : digits[..end], CultureInfo.InvariantCulture);
        ExceptionDispatchInfo? info;
        lock (s_gate)
        {
            s_failures.Remove(number, out info);
        }
        info?.Throw();
    }
}

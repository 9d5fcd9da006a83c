using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace TorchSharp;

/// <summary>
/// While it is on, in the whole process, a backward that fails or makes a NaN says which operation it belongs to and where in
/// the C# code that operation was called. Every operation then costs the walk of a stack: for finding faults only.
/// </summary>
public sealed unsafe class AnomalyMode : IDisposable
{
    private const int FramesShown = 16;

    private static volatile bool s_enabled;
    private static volatile bool s_checkNaN = true;

    private readonly bool _enabledBefore = s_enabled;
    private readonly bool _checkNaNBefore = s_checkNaN;
    private bool _left;

    /// <param name="enabled">On or off until it is disposed.</param>
    /// <param name="check_nan">Whether each gradient is looked through for NaN; else only failures are explained.</param>
    public AnomalyMode(bool enabled, bool check_nan = true)
    {
        Callbacks.Require();
        Set(enabled, check_nan);
    }

    public static bool IsEnabled => s_enabled;

    public static bool ShouldCheckNaN => s_checkNaN;

    /// <summary>Brings back what was before.</summary>
    public void Dispose()
    {
        if (!_left)
        {
            _left = true;
            Set(_enabledBefore, _checkNaNBefore);
        }
    }

    private static void Set(bool enabled, bool checkNaN)
    {
        Callbacks.Functions.SetAnomaly(enabled ? 1 : 0, checkNaN ? 1 : 0);
        s_checkNaN = checkNaN;
        s_enabled = enabled;
    }

    /// <summary>What the failure that is being reported is about, on lines of its own; empty while the mode is off.</summary>
    internal static string TakeStack()
    {
        if (!s_enabled)
        {
            return "";
        }
        var text = Marshal.PtrToStringUTF8((IntPtr)Callbacks.Functions.TakeAnomaly());
        return string.IsNullOrEmpty(text) ? "" : "\n" + text;
    }

    /// <summary>Where the operation that runs was called: the frames outside of this assembly, innermost first.</summary>
    internal static string CallStack()
    {
        var text = new StringBuilder();
        var shown = 0;
        string? operation = null;
        foreach (var frame in new StackTrace(fNeedFileInfo: true).GetFrames())
        {
            var method = frame.GetMethod();
            if (method?.DeclaringType is not { } type)
            {
                continue;
            }
            if (type.Assembly == typeof(AnomalyMode).Assembly)
            {
                if (shown == 0)
                {
                    operation = $"{type.FullName?.Replace('+', '.')}.{method.Name}";
                }
                continue;
            }
            if (shown == 0 && operation is not null)
            {
                text.Append("  in ").Append(operation).Append('\n');
            }
            text.Append("  at ").Append(type.FullName?.Replace('+', '.')).Append('.').Append(method.Name);
            if (frame.GetFileName() is { } file)
            {
                text.Append(CultureInfo.InvariantCulture, $" in {file}:line {frame.GetFileLineNumber()}");
            }
            text.Append('\n');
            if (++shown == FramesShown)
            {
                break;
            }
        }
        return text.ToString().TrimEnd('\n');
    }
}

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>Turns anomaly mode on until it is disposed.</summary>
        public static AnomalyMode detect_anomaly(bool check_nan = true) => new(true, check_nan);

        /// <summary>Turns anomaly mode on or off; disposing it brings back what was.</summary>
        public static AnomalyMode set_detect_anomaly(bool mode, bool check_nan = true) => new(mode, check_nan);
    }
}

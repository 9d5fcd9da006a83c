using TorchSharp.Native;

namespace TorchSharp;

/// <summary>Turns the recording of gradients on or off for this thread until it is disposed.</summary>
internal sealed unsafe class GradMode : IDisposable
{
    private readonly bool _before;
    private bool _left;

    public GradMode(bool enabled)
    {
        _before = Enabled;
        Enabled = enabled;
    }

    /// <summary>This thread's state.</summary>
    public static bool Enabled
    {
        get
        {
            Libtorch.Require();
            return Core.GradEnabled() != 0;
        }
        set
        {
            Libtorch.Require();
            Core.SetGradEnabled(value ? 1 : 0);
        }
    }

    public void Dispose()
    {
        if (!_left)
        {
            _left = true;
            Enabled = _before;
        }
    }
}

/// <summary>libtorch's inference mode for this thread until it is disposed: no gradients, no version counters.</summary>
internal sealed unsafe class InferenceMode : IDisposable
{
    private IntPtr _guard;

    public InferenceMode(bool enabled)
    {
        Libtorch.Require();
        _guard = Core.InferenceEnter(enabled ? 1 : 0);
    }

    public static bool Enabled => Core.InferenceEnabled() != 0;

    public void Dispose()
    {
        var guard = Interlocked.Exchange(ref _guard, IntPtr.Zero);
        if (guard != IntPtr.Zero)
        {
            Core.InferenceLeave(guard);
        }
    }
}

namespace TorchSharp;

// Whether operations are recorded for backward, on this thread.
public static partial class torch
{
    /// <summary>Records nothing until it is disposed.</summary>
    public static IDisposable no_grad() => new GradMode(false);

    /// <summary>Records again, inside of <see cref="no_grad"/> too, until it is disposed.</summary>
    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    /// <summary>Records or not; disposing it brings back what was.</summary>
    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    /// <summary>Records nothing and keeps no version counters; what is made inside can never need a gradient.</summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static bool is_grad_enabled() => GradMode.Enabled;

    public static bool is_inference_mode_enabled() => InferenceMode.Enabled;
}

using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Acceleration;

/// <summary>Modules of another type from the start. TorchSharp's constructors draw their weights whatever is asked of them, which costs time
/// and no memory beyond the weights themselves.</summary>
public static class EmptyWeights
{
    private static readonly Lock Gate = new();

    /// <summary>Until it is disposed of, on the same thread, modules have weights of this type. The default is all threads' one:
    /// make no tensors elsewhere meanwhile.</summary>
    /// <param name="dtype">The type of their weights; null for the default one.</param>
    /// <exception cref="ArgumentException">It is no floating-point type.</exception>
    public static IDisposable Begin(ScalarType? dtype = null)
    {
        if (dtype is { } type && !is_floating_point(type))
        {
            throw new ArgumentException(
                $"EmptyWeights: {type} holds no real numbers; expected float32, float64, float16 or bfloat16.",
                nameof(dtype)
            );
        }

        Gate.Enter();
        var before = get_default_dtype();
        set_default_dtype(dtype ?? before);
        return new Restore(before);
    }

    private sealed class Restore(ScalarType before) : IDisposable
    {
        public void Dispose()
        {
            set_default_dtype(before);
            Gate.Exit();
        }
    }
}

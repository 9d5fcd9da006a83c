using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Acceleration;

/// <summary>
/// Modules without starting weights, for a model whose weights come from a file: what <c>nn.init</c> would draw is neither drawn nor
/// written, and memory that nobody has written to costs address space alone.
/// </summary>
[BeyondTorchSharp]
public static class EmptyWeights
{
    /// <summary>Until it is disposed of, modules that this thread makes start with whatever their memory holds.</summary>
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

        var before = (nn.init.Skips, TypeOfThisThread);
        nn.init.Skips = true;
        TypeOfThisThread = dtype ?? TypeOfThisThread;
        return new Restore(before.Skips, before.TypeOfThisThread);
    }

    private sealed class Restore(bool skips, ScalarType? type) : IDisposable
    {
        public void Dispose()
        {
            nn.init.Skips = skips;
            TypeOfThisThread = type;
        }
    }
}

using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>What floating-point types can tell apart.</summary>
internal static class FloatLimits
{
    /// <summary>The distance from 1 to the next number.</summary>
    public static double Epsilon(ScalarType type) =>
        type switch
        {
            ScalarType.Float64 => 2.220446049250313e-16,
            ScalarType.Float16 => 9.765625e-4,
            ScalarType.BFloat16 => 7.8125e-3,
            _ => 1.1920928955078125e-07,
        };

    /// <summary>The smallest normal number.</summary>
    public static double Tiny(ScalarType type) =>
        type switch
        {
            ScalarType.Float64 => 2.2250738585072014e-308,
            ScalarType.Float16 => 6.103515625e-05,
            _ => 1.1754943508222875e-38,
        };

    /// <summary>Probabilities to logits, of two outcomes or of the last dimension's.</summary>
    public static Tensor Logits(Tensor probs, bool binary)
    {
        var eps = Epsilon(probs.dtype);
        var clamped = probs.clamp(eps, 1 - eps);
        return binary ? clamped.log() - (-clamped).log1p() : clamped.log();
    }
}

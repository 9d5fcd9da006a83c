using TorchSharp;

namespace VitNotebooks.Benchmarks;

/// <summary>The precision that a setting computes in.</summary>
internal static class Precision
{
    /// <summary>Opens it; null where the setting's type is plain float32.</summary>
    public static IDisposable? Enter(RaceSetting setting) =>
        setting.DType == torch.ScalarType.Float32
            ? null
            : throw new ArgumentException($"--dtype {setting.DType}: this build has no autocast.");
}

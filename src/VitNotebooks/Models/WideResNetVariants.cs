namespace VitNotebooks.Models;

/// <summary>The registered wide residual networks: a line each, named as in their paper.</summary>
internal static class WideResNetVariants
{
    internal static readonly WideResNetConfig Wrn16x8 = Make("wrn_16_8", 16, 8);
    internal static readonly WideResNetConfig Wrn28x10 = Make("wrn_28_10", 28, 10);

    // 13 M multiply-adds; its last map has side 8.
    internal static readonly WideResNetConfig Mini = Make("wrn_mini_32", 10, 1);

    internal static IReadOnlyList<WideResNetConfig> All { get; } = [Mini, Wrn16x8, Wrn28x10];

    internal static string NameOf(WideResNetConfig config) =>
        All.FirstOrDefault(known => (known.Depth, known.Widening) == (config.Depth, config.Widening))?.Name
        ?? $"wrn_{config.Depth}_{config.Widening}";

    private static WideResNetConfig Make(string name, int depth, int widening) =>
        new(name, ImageSize: 32, Channels: 3, Classes: 10) { Depth = depth, Widening = widening };
}

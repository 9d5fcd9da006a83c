namespace VitNotebooks.Models;

/// <summary>The registered T2T-ViTs: a line each, names as in yitu-opensource/T2T-ViT, whose training has drop path 0.1.</summary>
internal static class T2tVariants
{
    internal static readonly T2tConfig Vit7 = Make("7", 256, 7, 4, mlpRatio: 2);
    internal static readonly T2tConfig Vit10 = Make("10", 256, 10, 4, mlpRatio: 2);
    internal static readonly T2tConfig Vit12 = Make("12", 256, 12, 4, mlpRatio: 2);
    internal static readonly T2tConfig Vit14 = Make("14", 384, 14, 6, mlpRatio: 3);
    internal static readonly T2tConfig Vit19 = Make("19", 448, 19, 7, mlpRatio: 3);
    internal static readonly T2tConfig Vit24 = Make("24", 512, 24, 8, mlpRatio: 3);

    // For 32-pixel images: 16x16 and 8x8 cells, 19 M multiply-adds, so that the localization loss has a map to work on.
    internal static readonly T2tConfig Mini = Named(
        "mini",
        new T2tConfig("", 32, Channels: 3, Classes: 10)
        {
            Kernels = [3, 3, 3],
            Strides = [2, 2, 1],
            TokenDim = 32,
            EmbedDim = 64,
            Depth = 5,
            Heads = 4,
            MlpRatio = 2,
            DropPath = 0.1,
        }
    );

    internal static IReadOnlyList<T2tConfig> All =>
        [Mini, Vit7, Vit10, Vit12, Vit14, Vit19, Vit24, Plain(Vit14), Plain(Vit19), Plain(Vit24)];

    // The size that a shape has, and what it is made of.
    internal static string NameOf(T2tConfig config)
    {
        var size = Sizes.FirstOrDefault(s => ShapeOf(s.Config).Equals(ShapeOf(config)));
        return NameOf(size.Name ?? "custom", config);
    }

    private static IReadOnlyList<(string Name, T2tConfig Config)> Sizes =>
        [("mini", Mini), ("7", Vit7), ("10", Vit10), ("12", Vit12), ("14", Vit14), ("19", Vit19), ("24", Vit24)];

    private static T2tConfig ShapeOf(T2tConfig config) =>
        new("", 0, 0, 0)
        {
            Kernels = config.Kernels,
            Strides = config.Strides,
            TokenDim = config.TokenDim,
            EmbedDim = config.EmbedDim,
            Depth = config.Depth,
            Heads = config.Heads,
            MlpRatio = config.MlpRatio,
            QkvBias = config.QkvBias,
        };

    private static string NameOf(string size, T2tConfig config)
    {
        var tokens = config.Tokens == T2tTokens.Transformer ? "t_" : "";
        return $"t2t_vit_{tokens}{size}{(config.ImageSize == 224 ? "" : $"_{config.ImageSize}")}";
    }

    private static T2tConfig Plain(T2tConfig performer)
    {
        var config = performer with { Tokens = T2tTokens.Transformer };
        return config with { Name = NameOf(config) };
    }

    private static T2tConfig Named(string size, T2tConfig config) => config with { Name = NameOf(size, config) };

    private static T2tConfig Make(string size, int embedDim, int depth, int heads, double mlpRatio) =>
        Named(
            size,
            new T2tConfig("", 224, Channels: 3, Classes: 1000)
            {
                EmbedDim = embedDim,
                Depth = depth,
                Heads = heads,
                MlpRatio = mlpRatio,
                DropPath = 0.1,
            }
        );
}

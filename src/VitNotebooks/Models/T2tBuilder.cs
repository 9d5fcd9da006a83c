namespace VitNotebooks.Models;

/// <summary>A fluent way to a T2T-ViT.</summary>
/// <remarks>
/// The localization paper's code builds T2T-ViT-14 with <c>DropPath(0)</c> and pools the map before its loss:
/// <c>T2t().Vit14().DropPath(0).WithRelativeLocalization(l => l.Weight(0.1).Pooling(MapPooling.Average3x3))</c>. It also decays the class
/// token, which is a matter of the recipe's decay groups.
/// </remarks>
public sealed class T2tBuilder : ModelBuilder<T2tBuilder, T2tConfig>
{
    internal T2tBuilder()
        : base(T2tVariants.Vit14) { }

    /// <summary>T2T-ViT-7: width 256, 7 blocks, 4 heads, 4.3 M parameters at 1,000 classes.</summary>
    public T2tBuilder Vit7() => Sized(T2tVariants.Vit7);

    /// <summary>T2T-ViT-10: width 256, 10 blocks, 4 heads, 5.9 M parameters.</summary>
    public T2tBuilder Vit10() => Sized(T2tVariants.Vit10);

    /// <summary>T2T-ViT-12: width 256, 12 blocks, 4 heads, 6.9 M parameters.</summary>
    public T2tBuilder Vit12() => Sized(T2tVariants.Vit12);

    /// <summary>T2T-ViT-14: width 384, 14 blocks, 6 heads, 21.5 M parameters.</summary>
    public T2tBuilder Vit14() => Sized(T2tVariants.Vit14);

    /// <summary>T2T-ViT-19: width 448, 19 blocks, 7 heads, 39.2 M parameters.</summary>
    public T2tBuilder Vit19() => Sized(T2tVariants.Vit19);

    /// <summary>T2T-ViT-24: width 512, 24 blocks, 8 heads, 64.1 M parameters.</summary>
    public T2tBuilder Vit24() => Sized(T2tVariants.Vit24);

    /// <summary>For 32-pixel images: splits of stride 2-2-1, width 64, 5 blocks, 10 classes; its map has side 8.</summary>
    public T2tBuilder Mini() => Sized(T2tVariants.Mini).Preset(32, 10);

    /// <summary>How the tokens-to-token module attends.</summary>
    public T2tBuilder Tokens(T2tTokens tokens) => With(Shape with { Tokens = tokens });

    /// <summary>Side of the squares of each soft split.</summary>
    public T2tBuilder Kernels(params ReadOnlySpan<int> kernels) =>
        With(Shape with { Kernels = PerStage.Create(kernels) });

    /// <summary>Stride of each soft split, at most its kernel.</summary>
    public T2tBuilder Strides(params ReadOnlySpan<int> strides) =>
        With(Shape with { Strides = PerStage.Create(strides) });

    /// <summary>Width of the tokens between the splits.</summary>
    public T2tBuilder TokenDim(int width) => With(Shape with { TokenDim = width });

    /// <summary>Width of a token of the backbone.</summary>
    public T2tBuilder EmbedDim(int width) => With(Shape with { EmbedDim = width });

    /// <summary>Number of blocks.</summary>
    public T2tBuilder Depth(int blocks) => With(Shape with { Depth = blocks });

    /// <summary>Heads of every block; they divide the width.</summary>
    public T2tBuilder Heads(int heads) => With(Shape with { Heads = heads });

    /// <summary>Hidden width of an MLP over the width of its token.</summary>
    public T2tBuilder MlpRatio(double ratio) => With(Shape with { MlpRatio = ratio });

    /// <summary>Whether queries, keys and values of the blocks have a bias.</summary>
    public T2tBuilder QkvBias(bool bias) => With(Shape with { QkvBias = bias });

    /// <summary>Drop path probability of the last block; it grows linearly from 0 at the first one. The authors train with 0.1.</summary>
    public T2tBuilder DropPath(double rate) => With(Shape with { DropPath = rate });

    /// <summary>Dropout of both branches of a performer; the authors' 0.1.</summary>
    public T2tBuilder TokenDropout(double rate) => With(Shape with { TokenDropout = rate });

    private T2tBuilder Sized(T2tConfig size) =>
        With(
            Shape with
            {
                Kernels = size.Kernels,
                Strides = size.Strides,
                TokenDim = size.TokenDim,
                EmbedDim = size.EmbedDim,
                Depth = size.Depth,
                Heads = size.Heads,
                MlpRatio = size.MlpRatio,
            }
        );
}

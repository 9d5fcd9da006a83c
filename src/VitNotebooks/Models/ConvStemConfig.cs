namespace VitNotebooks.Models;

/// <summary>
/// The convolutions of a <see cref="Layers.ConvStem"/>, first to last, without the 1x1 one to the model's width that ends every stem. Any ViT
/// takes any of them whose strides multiply to its patch.
/// </summary>
/// <param name="Widths">Output channels of each.</param>
/// <param name="Strides">Stride of each.</param>
/// <param name="Kernels">Side of each kernel: 3, or as large as its stride.</param>
public sealed record ConvStemConfig(PerStage Widths, PerStage Strides, PerStage Kernels)
{
    /// <summary>ViT_C-1GF's.</summary>
    public static ConvStemConfig C1GF { get; } = new([24, 48, 96, 192], [2, 2, 2, 2], [3, 3, 3, 3]);

    /// <summary>ViT_C-4GF's.</summary>
    public static ConvStemConfig C4GF { get; } = new([48, 96, 192, 384], [2, 2, 2, 2], [3, 3, 3, 3]);

    /// <summary>ViT_C-18GF's, and that of the larger ones.</summary>
    public static ConvStemConfig C18GF { get; } =
        new([64, 128, 128, 256, 256, 512], [2, 2, 1, 2, 1, 2], [3, 3, 3, 3, 3, 3]);

    /// <summary>Ablation of the paper's table 3: the last stride in a 2x2 kernel.</summary>
    public static ConvStemConfig S1 { get; } = new([42, 104, 208, 416], [2, 2, 2, 2], [3, 3, 3, 2]);

    /// <summary>Ablation of the paper's table 3: a patch of 4 behind a stride of 4.</summary>
    public static ConvStemConfig S2 { get; } = new([32, 64, 128, 256], [2, 2, 1, 4], [3, 3, 3, 4]);

    /// <summary>Ablation of the paper's table 3: a patch of 8 behind a stride of 2.</summary>
    public static ConvStemConfig S3 { get; } = new([17, 34, 68, 136], [2, 1, 1, 8], [3, 3, 3, 8]);

    /// <summary>Ablation of the paper's table 3: convolutions at full resolution, then a patch of 16.</summary>
    public static ConvStemConfig S4 { get; } = new([8, 16, 32, 64], [1, 1, 1, 16], [3, 3, 3, 16]);

    /// <summary>By how much the stem shrinks an image: the patch of the model that has it.</summary>
    public int Stride() => Strides.Aggregate(1, (product, stride) => product * stride);

    /// <summary>By how many pixels a convolution pads its input on each side.</summary>
    internal static int PaddingOf(int kernel) => kernel == 3 ? 1 : 0;

    /// <summary>Adds a sentence for everything that keeps the stem from giving one token a patch.</summary>
    internal void AddFaults(List<string> faults, string family, int patchSize)
    {
        if (Widths.Count is 0 or > 32 || Widths.Count != Strides.Count || Widths.Count != Kernels.Count)
        {
            faults.Add(
                $"{family}: a conv stem of {Widths.Count} widths ({Widths}), {Strides.Count} strides ({Strides}) and {Kernels.Count} kernels "
                    + $"({Kernels}) is none; give one number a convolution to each, 1 to 32 of them."
            );
            return;
        }
        for (var i = 0; i < Widths.Count; i++)
        {
            if (Widths[i] is < 1 or > 16384)
            {
                faults.Add(
                    $"{family}: width {Widths[i]} of the conv stem is not in 1..16384; nearest: {Math.Clamp(Widths[i], 1, 16384)}."
                );
            }

            if (Strides[i] is < 1 or > 64)
            {
                faults.Add(
                    $"{family}: stride {Strides[i]} of the conv stem is not in 1..64; nearest: {Math.Clamp(Strides[i], 1, 64)}."
                );
            }
            else if (Kernels[i] != 3 && Kernels[i] != Strides[i])
            {
                faults.Add(
                    $"{family}: kernel {Kernels[i]} with stride {Strides[i]} in the conv stem leaves pixels over; nearest: 3 or {Strides[i]}."
                );
            }
        }
        if (
            Strides.Aggregate(1L, (product, stride) => product * Math.Clamp(stride, 1, 64)) is var product
            && product != patchSize
        )
        {
            faults.Add(
                $"{family}: the strides of the conv stem ({Strides}) shrink an image by {product} and not by patch {patchSize}; set PatchSize({product}) or change the strides."
            );
        }
    }
}

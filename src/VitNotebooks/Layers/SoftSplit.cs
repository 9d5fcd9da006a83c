using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// Cuts a map into overlapping squares, each laid out as one token: <c>[B, C, H, W] -> [B, H/s * W/s, C k k]</c>, the soft split of T2T-ViT
/// (arXiv 2101.11986). It has no parameters.
/// </summary>
public sealed class SoftSplit : nn.Module<Tensor, Tensor>
{
    private readonly int _kernel;
    private readonly int _stride;

    /// <param name="kernel">Side k of a square, in cells.</param>
    /// <param name="stride">Cells from one square to the next; at most k, so that nothing is skipped.</param>
    public SoftSplit(int kernel, int stride)
        : base(nameof(SoftSplit)) => (_kernel, _stride) = (kernel, stride);

    /// <summary>Zeros around the map: as few as let a map whose side is a multiple of the stride give a token a stride.</summary>
    public int Padding => (_kernel - _stride + 1) / 2;

    /// <summary>How the tokens lie, one a square.</summary>
    /// <param name="map">How the cells lie that are cut.</param>
    public TokenGrid GridOf(TokenGrid map) =>
        map with
        {
            Rows = Squares(map.Rows),
            Columns = Squares(map.Columns),
            Stride = map.Stride * _stride,
        };

    private int Squares(int cells) => (cells + 2 * Padding - _kernel) / _stride + 1;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var columns = nn.functional.unfold(input, _kernel, padding: Padding, stride: _stride);
        return columns.transpose(1, 2);
    }
}

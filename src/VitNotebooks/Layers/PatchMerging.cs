using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>Swin's downsampling: each 2x2 group of tokens becomes one, <c>[B, H, W, C] -> [B, ceil(H/2), ceil(W/2), 2C]</c>.</summary>
/// <remarks>
/// Order of the group as Microsoft's code has it: (0,0), (1,0), (0,1), (1,1), rows first. Here it is one strided copy
/// instead of four slices and a concatenation, whose backward passes cost eight. An odd side is padded with zeros.
/// </remarks>
public sealed class PatchMerging : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "reduction")]
    private readonly Linear _reduction;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    /// <param name="embedDim">Width C of the incoming tokens.</param>
    public PatchMerging(int embedDim)
        : base(nameof(PatchMerging))
    {
        _reduction = nn.Linear(4 * embedDim, 2 * embedDim, hasBias: false);
        _norm = nn.LayerNorm(4 * embedDim);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (b, h, w, c) = (input.shape[0], input.shape[1], input.shape[2], input.shape[3]);
        var even = h % 2 == 0 && w % 2 == 0 ? input : nn.functional.pad(input, [0, 0, 0, w % 2, 0, h % 2]);
        (h, w) = ((h + 1) / 2, (w + 1) / 2);
        var grouped = even.view(b, h, 2, w, 2, c).permute(0, 1, 3, 4, 2, 5).reshape(b, h, w, 4 * c);
        return _reduction.call(_norm.call(grouped)).MoveToOuterDisposeScope();
    }
}

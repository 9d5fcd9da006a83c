using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// A stem of a few small convolutions in the place of one large patch, <c>[B, 3, H, W] -> [B, H/p, W/p, C]</c>, channels last
/// (Early Convolutions Help Transformers See Better, arXiv 2106.14881).
/// </summary>
/// <remarks>
/// Every convolution but the last is followed by a batch norm and a ReLU and has no bias; the last one is 1x1 and has neither. A 3x3
/// convolution pads by one, any other does not.
/// </remarks>
public sealed class ConvStem : nn.Module<Tensor, Tensor>
{
    private readonly (Conv2d Convolution, BatchNorm2d Norm)[] _steps;

    [ComponentName(Name = "proj")]
    private readonly Conv2d _proj;

    /// <param name="channels">Channels of the image.</param>
    /// <param name="embedDim">Width C of a token.</param>
    /// <param name="config">The convolutions.</param>
    public ConvStem(int channels, int embedDim, ConvStemConfig config)
        : base(nameof(ConvStem))
    {
        _steps = new (Conv2d, BatchNorm2d)[config.Widths.Count];
        var width = channels;
        for (var i = 0; i < _steps.Length; i++)
        {
            var (next, kernel, stride) = (config.Widths[i], config.Kernels[i], config.Strides[i]);
            var padding = ConvStemConfig.PaddingOf(kernel);
            _steps[i] = (
                nn.Conv2d(width, next, kernel, stride: stride, padding: padding, bias: false),
                nn.BatchNorm2d(next)
            );
            register_module($"conv{i}", _steps[i].Convolution);
            register_module($"bn{i}", _steps[i].Norm);
            width = next;
        }
        _proj = nn.Conv2d(width, embedDim, kernel_size: 1);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var map = input;
        foreach (var (convolution, norm) in _steps)
        {
            var convolved = convolution.call(map);
            if (!ReferenceEquals(map, input))
            {
                map.Dispose(); // autograd keeps what it needs; the first maps are the largest of the model
            }

            map = nn.functional.relu(norm.call(convolved), inplace: true);
            convolved.Dispose();
        }
        return _proj.call(map).permute(0, 2, 3, 1).MoveToOuterDisposeScope();
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// ResNet's block: two or three convolutions, each with a batch norm, and the input added before the last ReLU;
/// <c>[B, C, H, W] -> [B, C', ceil(H / stride), ceil(W / stride)]</c>.
/// </summary>
/// <remarks>
/// The stride of a bottleneck is its 3x3 convolution's, as torchvision and everyone since has it; the paper put it on the
/// first 1x1. Where shape changes, the input passes a 1x1 convolution with a batch norm.
/// </remarks>
public sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    private readonly Step[] _steps;
    private readonly Step? _shortcut;

    private ResidualBlock(int input, int output, int stride, params (int In, int Out, int Kernel, int Stride)[] steps)
        : base(nameof(ResidualBlock))
    {
        _steps = [.. steps.Select(step => Pair(step.In, step.Out, step.Kernel, step.Stride))];
        for (var i = 0; i < _steps.Length; i++)
        {
            register_module($"conv{i + 1}", _steps[i].Convolution);
            register_module($"bn{i + 1}", _steps[i].Norm);
        }
        if (stride == 1 && input == output)
        {
            return;
        }

        var shortcut = Pair(input, output, 1, stride);
        register_module("downsample", nn.Sequential(shortcut.Convolution, shortcut.Norm));
        _shortcut = shortcut;
    }

    /// <summary>The norm behind the last convolution: with its weight at zero the block starts as the identity.</summary>
    public BatchNorm2d LastNorm => _steps[^1].Norm;

    /// <summary>Two 3x3 convolutions (ResNet-18 and 34).</summary>
    /// <param name="input">Channels of its input.</param>
    /// <param name="width">Channels inside and of its output.</param>
    /// <param name="stride">By how much the map shrinks.</param>
    public static ResidualBlock Basic(int input, int width, int stride) =>
        new(input, width, stride, (input, width, 3, stride), (width, width, 3, 1));

    /// <summary>1x1, 3x3 and 1x1 convolutions (ResNet-50 and larger).</summary>
    /// <param name="input">Channels of its input.</param>
    /// <param name="width">Channels inside; the output has four times as many.</param>
    /// <param name="stride">By how much the map shrinks.</param>
    public static ResidualBlock Bottleneck(int input, int width, int stride) =>
        new(input, 4 * width, stride, (input, width, 1, 1), (width, width, 3, stride), (width, 4 * width, 1, 1));

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var map = nn.functional.relu(Apply(_steps[0], input), inplace: true);
        foreach (var step in _steps[1..^1])
        {
            map = nn.functional.relu(ApplyAndFree(step, map), inplace: true);
        }

        var output = ApplyAndFree(_steps[^1], map);
        output.add_(_shortcut is { } shortcut ? Apply(shortcut, input) : input);
        return nn.functional.relu(output, inplace: true).MoveToOuterDisposeScope();
    }

    private static Tensor Apply(Step step, Tensor input)
    {
        using var map = step.Convolution.call(input);
        return step.Norm.call(map);
    }

    // Autograd keeps what it needs; without it the input's memory is free before the norm asks for more.
    private static Tensor ApplyAndFree(Step step, Tensor input)
    {
        using var map = step.Convolution.call(input);
        input.Dispose();
        return step.Norm.call(map);
    }

    private static Step Pair(int input, int output, int kernel, int stride) =>
        new(nn.Conv2d(input, output, kernel, stride: stride, padding: kernel / 2, bias: false), nn.BatchNorm2d(output));

    private sealed record Step(Conv2d Convolution, BatchNorm2d Norm);
}

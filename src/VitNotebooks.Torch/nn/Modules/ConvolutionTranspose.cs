using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What the transposed convolutions share: the choice of an output size.</summary>
public abstract class ConvolutionTranspose : Convolution
{
    private protected ConvolutionTranspose(
        string name,
        in Geometry geometry,
        bool bias,
        Device? device,
        ScalarType? dtype
    )
        : base(name, geometry, bias, device, dtype)
    {
        if (PadsFirst)
        {
            throw new ArgumentException($"{name}: only zeros can pad a transposed convolution, got {padding_mode}.");
        }
    }

    private protected abstract Tensor Run(Tensor input, long[] extra);

    public override Tensor forward(Tensor input) => Run(input, output_padding);

    /// <summary>With the output padding that gives this size of the places.</summary>
    public Tensor forward(Tensor input, long[]? output_size)
    {
        if (output_size is null)
        {
            return forward(input);
        }
        var places = kernel_size.Length;
        var given = input.shape.AsSpan(2);
        if (output_size.Length != places)
        {
            throw new ArgumentException(
                $"{GetName()}: output_size must have {places} values, got {output_size.Length}.",
                nameof(output_size)
            );
        }
        var extra = new long[places];
        for (var i = 0; i < places; i++)
        {
            var least = ((given[i] - 1) * stride[i]) - (2 * padding[i]) + (dilation[i] * (kernel_size[i] - 1)) + 1;
            extra[i] = output_size[i] - least;
            if (extra[i] < 0 || extra[i] >= Math.Max(stride[i], dilation[i]))
            {
                throw new ArgumentException(
                    $"{GetName()}: output size {output_size[i]} in place dimension {i} is not within {least} and {least + Math.Max(stride[i], dilation[i]) - 1}.",
                    nameof(output_size)
                );
            }
        }
        return Run(input, extra);
    }
}

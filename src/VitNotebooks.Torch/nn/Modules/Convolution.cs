using TorchSharp.Dispatch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>What the convolutions share: geometry, weight and bias, and PyTorch's initialization.</summary>
public abstract class Convolution : Module<Tensor, Tensor>
{
    private Parameter _weight;
    private Parameter? _bias;

    private protected Convolution(string name, in Geometry g, bool bias, Device? device, ScalarType? dtype)
        : base(name)
    {
        if (g.Groups <= 0 || g.In % g.Groups != 0 || g.Out % g.Groups != 0)
        {
            throw new ArgumentException(
                $"{name}: {g.In} input and {g.Out} output channels do not both divide into {g.Groups} groups."
            );
        }
        if (g.PaddingType == Padding.Same && g.Stride.Any(s => s != 1))
        {
            throw new ArgumentException($"{name}: padding Same needs stride 1, got {string.Join(" x ", g.Stride)}.");
        }
        (in_channels, out_channels, kernel_size, stride) = (g.In, g.Out, g.Kernel, g.Stride);
        (padding, dilation, output_padding, groups) = (g.Padding, g.Dilation, g.OutputPadding, g.Groups);
        (padding_mode, padding_type, transposed) = (g.Mode, g.PaddingType, g.Transposed);
        var (first, second) = transposed ? (g.In, g.Out) : (g.Out, g.In);
        _weight = new Parameter(
            Aten.empty_memory_format(
                [first, second / groups, .. kernel_size],
                dtype: dtype ?? get_default_dtype(),
                device: device ?? get_default_device()
            )
        );
        register_parameter("weight", _weight);
        if (bias)
        {
            _bias = new Parameter(
                Aten.empty_memory_format(
                    [out_channels],
                    dtype: dtype ?? get_default_dtype(),
                    device: device ?? get_default_device()
                )
            );
            register_parameter("bias", _bias);
        }
        reset_parameters();
    }

    /// <summary>Everything a convolution is made of.</summary>
    private protected readonly record struct Geometry(
        long In,
        long Out,
        long[] Kernel,
        long[] Stride,
        long[] Padding,
        Padding? PaddingType,
        long[] Dilation,
        PaddingModes Mode,
        long Groups,
        long[] OutputPadding,
        bool Transposed
    );

    /// <summary>[out, in / groups, ..], transposed [in, out / groups, ..]</summary>
    public Parameter weight
    {
        get => _weight;
        set => ReplaceParameter("weight", _weight = value ?? throw new ArgumentNullException(nameof(value)));
    }

    /// <summary>[out], or null.</summary>
    public Parameter? bias
    {
        get => _bias;
        set => ReplaceParameter("bias", _bias = value);
    }

    public long in_channels { get; }

    public long out_channels { get; }

    public long[] kernel_size { get; set; }

    public long[] stride { get; set; }

    public long[] padding { get; private set; }

    /// <summary>The padding by name, or null where it was given in numbers.</summary>
    public Padding? padding_type { get; private set; }

    public long[] dilation { get; set; }

    public long[] output_padding { get; set; }

    public long groups { get; set; }

    public PaddingModes padding_mode { get; set; }

    public bool transposed { get; }

    private protected override bool NeedsScope => PadsFirst;

    /// <summary>Whether the border is made by an op of its own before the convolution.</summary>
    private protected bool PadsFirst => padding_mode is not (PaddingModes.Zeros or PaddingModes.Constant);

    public void SetPadding(Padding padding) => padding_type = padding;

    public void SetPadding(long[] padding)
    {
        this.padding = padding;
        padding_type = null;
    }

    /// <summary>Weight and bias uniform within 1 / sqrt(fan in), drawn in this order.</summary>
    public void reset_parameters() => init.ResetLinear(_weight, _bias);

    /// <summary>The input with the border that the padding mode says, the last dimension first as pad wants it.</summary>
    private protected Tensor Bordered(Tensor input)
    {
        var border = new long[2 * kernel_size.Length];
        for (var i = 0; i < kernel_size.Length; i++)
        {
            var at = 2 * (kernel_size.Length - 1 - i);
            if (padding_type == Padding.Same)
            {
                var total = dilation[i] * (kernel_size[i] - 1);
                (border[at], border[at + 1]) = (total / 2, total - (total / 2));
            }
            else if (padding_type is null)
            {
                (border[at], border[at + 1]) = (padding[i], padding[i]);
            }
        }
        return functional.pad(input, border, padding_mode);
    }

    private protected static long[] Repeat(long value, int count)
    {
        var values = new long[count];
        Array.Fill(values, value);
        return values;
    }
}

using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Pads the last dimensions.</summary>
public abstract class PadBase : ParameterLessModule<Tensor, Tensor>
{
    private readonly PaddingModes _mode;

    private protected PadBase(string name, PaddingModes mode, double value, long[] padding)
        : base(name)
    {
        _mode = mode;
        this.value = value;
        this.padding = padding;
    }

    public double value { get; set; }

    /// <summary>Pairs of (before, after), the last dimension first.</summary>
    public long[] padding { get; set; }

    private protected override bool NeedsScope => false;

    public override Tensor forward(Tensor input) => nn.functional.pad(input, padding, _mode, value);
}

using TorchSharp.Dispatch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>What batch and instance normalization share: scale and shift a channel, and running statistics.</summary>
public abstract class NormBase : Module<Tensor, Tensor>
{
    private Parameter? _weight;
    private Parameter? _bias;
    private Tensor? _mean;
    private Tensor? _variance;
    private Tensor? _batches;

    public NormBase(
        long num_features,
        double eps,
        double? momentum,
        bool affine,
        bool track_running_stats,
        Device? device,
        ScalarType? dtype,
        string name
    )
        : base(name)
    {
        this.num_features = num_features;
        this.eps = eps;
        this.momentum = momentum;
        this.affine = affine;
        this.track_running_stats = track_running_stats;
        Tensor Full(double value) =>
            Aten.full(
                [num_features],
                value,
                dtype: dtype ?? get_default_dtype(),
                device: device ?? get_default_device()
            );
        if (affine)
        {
            register_parameter("weight", _weight = new Parameter(Full(1)));
            register_parameter("bias", _bias = new Parameter(Full(0)));
        }
        if (track_running_stats)
        {
            register_buffer("running_mean", _mean = Full(0));
            register_buffer("running_var", _variance = Full(1));
            register_buffer(
                "num_batches_tracked",
                _batches = Aten.full([], 0, dtype: ScalarType.Int64, device: device ?? get_default_device())
            );
        }
    }

    public Parameter? weight
    {
        get => _weight;
        set => ReplaceParameter("weight", _weight = value);
    }

    public Parameter? bias
    {
        get => _bias;
        set => ReplaceParameter("bias", _bias = value);
    }

    public Tensor? running_mean
    {
        get => _mean;
        set => ReplaceBuffer("running_mean", _mean = value);
    }

    public Tensor? running_var
    {
        get => _variance;
        set => ReplaceBuffer("running_var", _variance = value);
    }

    public Tensor? num_batches_tracked
    {
        get => _batches;
        set => ReplaceBuffer("num_batches_tracked", _batches = value);
    }

    public long num_features { get; }

    public double eps { get; set; }

    public double? momentum { get; set; }

    public bool affine { get; }

    public bool track_running_stats { get; }

    private protected override bool NeedsScope => false;

    /// <summary>Weights to one, biases to zero, statistics to those of the standard normal distribution.</summary>
    public void reset_parameters()
    {
        reset_running_stats();
        if (_weight is not null && _bias is not null)
        {
            nn.init.ones_(_weight);
            nn.init.zeros_(_bias);
        }
    }

    /// <summary>Forgets what was seen.</summary>
    public void reset_running_stats()
    {
        if (_mean is null || _variance is null || _batches is null)
        {
            return;
        }
        using var _ = new GradMode(false);
        Aten.zero_(_mean);
        Aten.fill__Scalar(_variance, 1);
        Aten.zero_(_batches);
    }

    private protected void CheckRank(Tensor input, params ReadOnlySpan<int> ranks)
    {
        var shape = input.shape;
        if (!ranks.Contains(shape.Length))
        {
            throw new ArgumentException(
                $"{GetName()}: expected an input of {string.Join(" or ", ranks.ToArray())} dimensions, got [{string.Join(", ", shape)}].",
                nameof(input)
            );
        }
    }
}

using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>Takes the last dimensions of a batch of distributions as one event: their log probabilities add up.</summary>
public class Independent : Distribution
{
    private readonly Distribution _base;
    private readonly int _dims;

    public Independent(Distribution base_distribution, int reinterpreted_batch_ndims, Generator? generator = null)
        : base(generator, Size.Empty)
    {
        var batch = base_distribution.batch_shape.Shape;
        if (reinterpreted_batch_ndims < 0 || reinterpreted_batch_ndims > batch.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(reinterpreted_batch_ndims),
                reinterpreted_batch_ndims,
                $"Independent: {reinterpreted_batch_ndims} dimensions of a batch that has {batch.Length}."
            );
        }
        (_base, _dims) = (base_distribution, reinterpreted_batch_ndims);
        batch_shape = new Size(batch[..^_dims]);
        event_shape = new Size(batch[^_dims..]) + base_distribution.event_shape;
    }

    public override Tensor mean => _base.mean;

    public override Tensor mode => _base.mode;

    public override Tensor variance => _base.variance;

    public override Tensor sample(params long[] sample_shape) => _base.sample(sample_shape);

    public override Tensor rsample(params long[] sample_shape) => _base.rsample(sample_shape);

    public override Tensor log_prob(Tensor value) => Compute(() => Sum(_base.log_prob(value)));

    public override Tensor entropy() => Compute(() => Sum(_base.entropy()));

    private Tensor Sum(Tensor value) =>
        _dims == 0 ? value : value.sum([.. Enumerable.Range(1, _dims).Select(d => -(long)d)]);

    public override Distribution expand(Size batch_shape, Distribution? instance = null)
    {
        var inner = batch_shape + event_shape.Shape[.._dims];
        return instance is null
            ? new Independent(_base.expand(inner), _dims, Source)
            : throw new ArgumentException(
                "Independent.expand makes a new one; leave the instance out.",
                nameof(instance)
            );
    }
}

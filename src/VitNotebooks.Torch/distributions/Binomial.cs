using TorchSharp.Dispatch;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>How many of a number of trials succeed.</summary>
public class Binomial : Distribution
{
    private readonly bool _isLogits;

    public Binomial(Tensor total_count, Tensor? p = null, Tensor? l = null, Generator? generator = null)
        : base(generator, Counted(total_count, GivenOne(p, l, nameof(Binomial)))) => _isLogits = p is null;

    private Tensor Count => Parameter(0);

    public Tensor probs => _isLogits ? Parameter(1).sigmoid() : View(1);

    public Tensor logits => _isLogits ? View(1) : Compute(() => FloatLimits.Logits(Parameter(1), binary: true));

    public override Tensor mean => Compute(() => Count * probs);

    public override Tensor mode => Compute(() => ((Count + 1) * probs).floor().minimum(Count));

    public override Tensor variance => Compute(() => Count * probs * (1 - probs));

    public override Tensor rsample(params long[] sample_shape) =>
        Compute(() =>
        {
            var shape = Extended(sample_shape);
            return Aten.binomial(Count.detach().expand(shape), probs.detach().expand(shape), Source);
        });

    public override Tensor log_prob(Tensor value) =>
        Compute(() =>
        {
            var l = logits;
            // n log(1 + e^l), without an e^l that overflows.
            var rest = Count * (l.clamp(min: (Scalar)0) + (-l.abs()).exp().log1p());
            return Count.add(1).lgamma() - value.add(1).lgamma() - (Count - value).add(1).lgamma() + (value * l) - rest;
        });

    /// <exception cref="NotSupportedException">The counts differ within the batch.</exception>
    public override Tensor entropy() =>
        Compute(() =>
        {
            if (!Aten.equal(Count.min().expand_as(Count), Count))
            {
                throw Missing("entropy for counts that differ within the batch");
            }
            var log = log_prob(Support());
            return -(log.exp() * log).sum(dim: 0);
        });

    private Tensor Support()
    {
        var values = arange(1 + (long)Count.max().to(ScalarType.Float64).item<double>(), Count.dtype, Count.device);
        return values.reshape([-1, .. batch_shape.Select(_ => 1L)]);
    }

    public override Tensor enumerate_support(bool expand = true) =>
        Compute(() => expand ? Support().expand([-1, .. batch_shape]) : Support());
}

using TorchSharp.Dispatch;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>How many failures come before the first success.</summary>
public class Geometric : Distribution
{
    private readonly bool _isLogits;

    public Geometric(Tensor? probs = null, Tensor? logits = null, Generator? generator = null)
        : base(generator, [GivenOne(probs, logits, nameof(Geometric))]) => _isLogits = probs is null;

    public Tensor probs => _isLogits ? Parameter(0).sigmoid() : View(0);

    public Tensor logits => _isLogits ? View(0) : Compute(() => FloatLimits.Logits(Parameter(0), binary: true));

    public override Tensor mean => Compute(() => probs.reciprocal() - 1);

    public override Tensor mode => zeros_like(Parameter(0));

    public override Tensor variance => Compute(() => (probs.reciprocal() - 1) / probs);

    public override Tensor rsample(params long[] sample_shape) =>
        Compute(() =>
        {
            using var _ = new GradMode(false);
            var p = probs;
            var u = empty(Extended(sample_shape), p.dtype, p.device).uniform_(FloatLimits.Tiny(p.dtype), 1, Source);
            return (u.log() / (-p).log1p()).floor();
        });

    public override Tensor log_prob(Tensor value) =>
        Compute(() =>
        {
            var both = Broadcast(value, probs);
            var p = both[1].clone();
            p.masked_fill_(p.eq(1) & both[0].eq(0), 0);
            return (both[0] * (-p).log1p()) + probs.log();
        });

    public override Tensor entropy() =>
        Compute(() => Aten.binary_cross_entropy_with_logits(logits, probs, reduction: 0) / probs);
}

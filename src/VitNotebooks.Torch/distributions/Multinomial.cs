using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>How often each of K outcomes comes in a number of draws.</summary>
public class Multinomial : Distribution
{
    private readonly int _count;
    private readonly bool _isLogits;

    public Multinomial(int total_count, Tensor? probs = null, Tensor? logits = null, Generator? generator = null)
        : base(generator, [GivenOne(probs, logits, nameof(Multinomial))]) =>
        (_count, _isLogits) = (total_count, probs is null);

    private protected override int EventDims(int parameter) => 1;

    // One draw.
    private Tensor Single(Func<Categorical, Tensor> body) =>
        Compute(() =>
        {
            using var single = new Categorical(
                _isLogits ? null : Parameter(0),
                _isLogits ? Parameter(0) : null,
                Source
            );
            return body(single);
        });

    public Tensor probs => Single(s => s.probs);

    public Tensor logits => Single(s => s.logits);

    public long[] param_shape => Parameter(0).shape;

    public override Tensor mean => Compute(() => probs * _count);

    public override Tensor variance => Compute(() => _count * probs * (1 - probs));

    public override Tensor rsample(params long[] sample_shape) =>
        Single(s =>
        {
            var drawn = s.sample([_count, .. sample_shape]);
            return nn.functional.one_hot(drawn, event_shape[0]).sum(dim: 0).to(Parameter(0).dtype);
        });

    public override Tensor log_prob(Tensor value) =>
        Compute(() =>
        {
            var both = Broadcast(logits, value);
            var log = both[0].clone();
            log.masked_fill_(both[1].eq(0) & log.eq(double.NegativeInfinity), 0);
            return value.sum(-1).add(1).lgamma() - value.add(1).lgamma().sum(-1) + (log * both[1]).sum(-1);
        });

    public override Tensor entropy() =>
        Compute(() =>
        {
            using var counts = new Binomial(full([], _count, Parameter(0).dtype, Parameter(0).device), probs);
            var possible = counts.enumerate_support(expand: false).narrow(0, 1, _count);
            var weight = counts.log_prob(possible).exp() * possible.add(1).lgamma();
            return (_count * Single(s => s.entropy()))
                - full([], _count + 1.0, Parameter(0).dtype, Parameter(0).device).lgamma()
                + weight.sum([0, -1]);
        });
}

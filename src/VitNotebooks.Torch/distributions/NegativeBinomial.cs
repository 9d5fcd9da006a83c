using TorchSharp.Dispatch;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>How many successes come before a number of failures.</summary>
public class NegativeBinomial : Distribution
{
    private readonly bool _isLogits;

    public NegativeBinomial(Tensor total_count, Tensor? p = null, Tensor? l = null, Generator? generator = null)
        : base(generator, Counted(total_count, GivenOne(p, l, nameof(NegativeBinomial)))) => _isLogits = p is null;

    private Tensor Count => Parameter(0);

    public Tensor probs => _isLogits ? Parameter(1).sigmoid() : View(1);

    public Tensor logits => _isLogits ? View(1) : Compute(() => FloatLimits.Logits(Parameter(1), binary: true));

    public override Tensor mean => Compute(() => Count * logits.exp());

    public override Tensor mode => Compute(() => ((Count - 1) * logits.exp()).floor().clamp(min: (Scalar)0));

    public override Tensor variance => Compute(() => mean / (-logits).sigmoid());

    public override Tensor rsample(params long[] sample_shape) =>
        Compute(() =>
        {
            using var _ = new GradMode(false);
            using var rates = new Gamma(Count, (-logits).exp(), Source);
            return Aten.poisson(rates.sample(sample_shape), Source);
        });

    public override Tensor log_prob(Tensor value) =>
        Compute(() =>
        {
            var l = logits;
            var weight = (Count * LogSigmoid(-l)) + (value * LogSigmoid(l));
            var ways = (Count + value).lgamma() - value.add(1).lgamma() - Count.lgamma();
            return weight + where((Count + value).eq(0), zeros_like(ways), ways);
        });

    private static Tensor LogSigmoid(Tensor x) => nn.functional.logsigmoid(x);

    public override Tensor entropy() => throw Missing("entropy in closed form");
}

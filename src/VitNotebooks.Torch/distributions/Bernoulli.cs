using TorchSharp.Dispatch;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>1 with a probability, else 0.</summary>
public class Bernoulli : Distribution
{
    private readonly bool _isLogits;

    public Bernoulli(Tensor? p = null, Tensor? l = null, Generator? generator = null)
        : base(generator, [GivenOne(p, l, nameof(Bernoulli))]) => _isLogits = p is null;

    public Tensor probs => _isLogits ? Parameter(0).sigmoid() : View(0);

    public Tensor logits => _isLogits ? View(0) : Compute(() => FloatLimits.Logits(Parameter(0), binary: true));

    public override Tensor mean => probs;

    public override Tensor mode =>
        Compute(() =>
        {
            var p = probs;
            return where(p.eq(0.5), Undefined(), p.ge(0.5).to(p.dtype));
        });

    public override Tensor variance => Compute(() => probs * (1 - probs));

    public override Tensor rsample(params long[] sample_shape) =>
        Compute(() => Aten.bernoulli(probs.detach().expand(Extended(sample_shape)), Source));

    public override Tensor log_prob(Tensor value) => Compute(() => -CrossEntropy(value));

    public override Tensor entropy() => Compute(() => CrossEntropy(probs));

    private Tensor CrossEntropy(Tensor target)
    {
        var both = Broadcast(logits, target);
        return Aten.binary_cross_entropy_with_logits(both[0], both[1], reduction: 0);
    }

    public override Tensor enumerate_support(bool expand = true) =>
        Compute(() =>
        {
            var values = arange(2, Parameter(0).dtype, Parameter(0).device);
            values = values.reshape([2, .. batch_shape.Select(_ => 1L)]);
            return expand ? values.expand([2, .. batch_shape]) : values;
        });
}

using TorchSharp.Dispatch;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>One of K outcomes by its number; the last dimension of the parameter holds their probabilities.</summary>
public class Categorical : Distribution
{
    private readonly bool _isLogits;

    public Categorical(Tensor? probs = null, Tensor? logits = null, Generator? generator = null)
        : base(generator, new Made([Normalized(probs, logits)]))
    {
        _isLogits = probs is null;
        event_shape = Size.Empty;
    }

    private static Tensor Normalized(Tensor? probs, Tensor? logits)
    {
        var one = GivenOne(probs, logits, nameof(Categorical));
        return Compute(() => probs is null ? one - one.logsumexp(-1, true) : one / one.sum(-1, true));
    }

    private protected override int EventDims(int parameter) => 1;

    public Tensor probs => _isLogits ? Parameter(0).softmax(-1) : View(0);

    public Tensor logits => _isLogits ? View(0) : Compute(() => FloatLimits.Logits(Parameter(0), binary: false));

    public long[] param_shape => Parameter(0).shape;

    public override Tensor mean => Compute(() => Undefined().select(-1, 0));

    public override Tensor mode => Compute(() => probs.argmax(-1));

    public override Tensor variance => mean;

    public override Tensor rsample(params long[] sample_shape) =>
        Compute(() =>
        {
            var flat = probs.detach().reshape(-1, param_shape[^1]);
            var drawn = Aten.multinomial(flat, new Size(sample_shape).numel(), replacement: true, Source);
            return drawn.t().reshape(Extended(sample_shape));
        });

    public override Tensor log_prob(Tensor value) =>
        Compute(() =>
        {
            var both = Broadcast(value.to(ScalarType.Int64).unsqueeze(-1), logits);
            return both[1].gather(-1, both[0].narrow(-1, 0, 1)).squeeze(-1);
        });

    public override Tensor entropy() =>
        Compute(() => -(logits.clamp(min: (Scalar)(-MaxOf(Parameter(0).dtype))) * probs).sum(-1));

    // The finite number next to minus infinity, whose product with no probability is nothing.
    private static double MaxOf(ScalarType type) => type == ScalarType.Float64 ? double.MaxValue : float.MaxValue;

    public override Tensor enumerate_support(bool expand = true) =>
        Compute(() =>
        {
            var values = arange(param_shape[^1], ScalarType.Int64, Parameter(0).device);
            values = values.reshape([param_shape[^1], .. batch_shape.Select(_ => 1L)]);
            return expand ? values.expand([param_shape[^1], .. batch_shape]) : values;
        });
}

using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>One of K outcomes as a row of zeros with a one.</summary>
public class OneHotCategorical : Distribution
{
    private readonly bool _isLogits;

    public OneHotCategorical(Tensor? p = null, Tensor? l = null, Generator? generator = null)
        : base(generator, [GivenOne(p, l, nameof(OneHotCategorical))]) => _isLogits = p is null;

    private protected override int EventDims(int parameter) => 1;

    // As numbers of outcomes.
    private Tensor Numbers(Func<Categorical, Tensor> body) =>
        Compute(() =>
        {
            using var numbers = new Categorical(
                _isLogits ? null : Parameter(0),
                _isLogits ? Parameter(0) : null,
                Source
            );
            return body(numbers);
        });

    private Tensor Rows(Tensor numbers) => nn.functional.one_hot(numbers, event_shape[0]).to(Parameter(0).dtype);

    public Tensor probs => Numbers(n => n.probs);

    public Tensor logits => Numbers(n => n.logits);

    public override Tensor mean => probs;

    public override Tensor mode => Numbers(n => Rows(n.mode));

    public override Tensor variance => Compute(() => probs * (1 - probs));

    public override Tensor rsample(params long[] sample_shape) => Numbers(n => Rows(n.sample(sample_shape)));

    public override Tensor log_prob(Tensor value) => Numbers(n => n.log_prob(value.argmax(-1)));

    public override Tensor entropy() => Numbers(n => n.entropy());

    public override Tensor enumerate_support(bool expand = true) =>
        Compute(() =>
        {
            var rows = eye(event_shape[0], dtype: Parameter(0).dtype, device: Parameter(0).device);
            rows = rows.reshape([event_shape[0], .. batch_shape.Select(_ => 1L), event_shape[0]]);
            return expand ? rows.expand([event_shape[0], .. batch_shape, event_shape[0]]) : rows;
        });
}

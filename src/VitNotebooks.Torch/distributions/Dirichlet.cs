using TorchSharp.Dispatch;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>Probabilities of K outcomes: the last dimension sums to 1. Draws carry no gradient.</summary>
public class Dirichlet(Tensor concentration, Generator? generator = null) : ExponentialFamily(generator, concentration)
{
    private Tensor Concentration => Parameter(0);

    private protected override int EventDims(int parameter) => 1;

    public override Tensor mean => Compute(() => Concentration / Concentration.sum(-1, true));

    public override Tensor mode =>
        Compute(() =>
        {
            var above = (Concentration - 1).clamp(min: (Scalar)0);
            var mode = above / above.sum(-1, true);
            var corner = nn.functional.one_hot(mode.argmax(-1), event_shape[0]).to(above.dtype);
            return where(Concentration.lt(1).all(-1, true), corner, mode);
        });

    public override Tensor variance =>
        Compute(() =>
        {
            var sum = Concentration.sum(-1, true);
            return Concentration * (sum - Concentration) / (sum.pow(2) * (sum + 1));
        });

    public override Tensor rsample(params long[] sample_shape) =>
        Compute(() => Aten._sample_dirichlet(Concentration.expand(Extended(sample_shape)), Source));

    public override Tensor log_prob(Tensor value) =>
        Compute(() =>
            (Concentration - 1).xlogy(value).sum(-1) + Concentration.sum(-1).lgamma() - Concentration.lgamma().sum(-1)
        );

    public override Tensor entropy() =>
        Compute(() =>
        {
            var sum = Concentration.sum(-1);
            return Concentration.lgamma().sum(-1)
                - sum.lgamma()
                - ((event_shape[0] - sum) * sum.digamma())
                - ((Concentration - 1) * Concentration.digamma()).sum(-1);
        });
}

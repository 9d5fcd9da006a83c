using TorchSharp.Dispatch;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>A probability, as seen from two counts. Draws carry no gradient.</summary>
public class Beta(Tensor concentration1, Tensor concentration0, Generator? generator = null)
    : ExponentialFamily(generator, new Made(Broadcast(concentration1, concentration0)))
{
    private Tensor One => Parameter(0);
    private Tensor Zero => Parameter(1);

    public override Tensor mean => Compute(() => One / (One + Zero));

    public override Tensor mode => Compute(() => Both(d => d.mode.select(-1, 0)));

    public override Tensor variance =>
        Compute(() =>
        {
            var sum = One + Zero;
            return One * Zero / (sum.pow(2) * (sum + 1));
        });

    // As the first of two outcomes.
    private Tensor Both(Func<Dirichlet, Tensor> body)
    {
        using var both = new Dirichlet(Aten.stack([One, Zero], -1), Source);
        return body(both);
    }

    public override Tensor rsample(params long[] sample_shape) =>
        Compute(() => Both(d => d.rsample(sample_shape).select(-1, 0)));

    public override Tensor log_prob(Tensor value) =>
        Compute(() => Both(d => d.log_prob(Aten.stack([value, 1 - value], -1))));

    public override Tensor entropy() => Compute(() => Both(d => d.entropy()));
}

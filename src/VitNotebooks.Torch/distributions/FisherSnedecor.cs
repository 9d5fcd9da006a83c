using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>The quotient of two mean squares: the F distribution.</summary>
public class FisherSnedecor(Tensor df1, Tensor df2, Generator? generator = null)
    : Distribution(generator, new Made(Broadcast(df1, df2)))
{
    private Tensor First => Parameter(0);
    private Tensor Second => Parameter(1);

    public override Tensor mean => Compute(() => where(Second.gt(2), Second / (Second - 2), Undefined()));

    public override Tensor mode =>
        Compute(() => where(First.gt(2), (First - 2) / First * Second / (Second + 2), Undefined()));

    public override Tensor variance =>
        Compute(() =>
            where(
                Second.gt(4),
                2 * Second.pow(2) * (First + Second - 2) / (First * (Second - 2).pow(2) * (Second - 4)),
                Undefined()
            )
        );

    public override Tensor rsample(params long[] sample_shape) =>
        Compute(() =>
        {
            using var above = new Gamma(First * 0.5, First, Source);
            using var below = new Gamma(Second * 0.5, Second, Source);
            var first = above.rsample(sample_shape);
            var second = below.rsample(sample_shape);
            second = second.clamp(min: (Scalar)FloatLimits.Tiny(second.dtype));
            return (first / second).clamp(min: (Scalar)FloatLimits.Tiny(second.dtype));
        });

    public override Tensor log_prob(Tensor value) =>
        Compute(() =>
        {
            var (one, two) = (First * 0.5, Second * 0.5);
            var ratio = First / Second;
            return (one + two).lgamma()
                - one.lgamma()
                - two.lgamma()
                + (one * ratio.log())
                + ((one - 1) * value.log())
                - ((one + two) * (ratio * value).log1p());
        });

    public override Tensor entropy() => throw Missing("entropy in closed form");
}

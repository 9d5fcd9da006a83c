using TorchSharp.Dispatch;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>How long it takes until something has happened a number of times.</summary>
public class Gamma(Tensor concentration, Tensor rate, Generator? generator = null)
    : ExponentialFamily(generator, new Made(Broadcast(concentration, rate)))
{
    private Tensor Concentration => Parameter(0);
    private Tensor Rate => Parameter(1);

    public override Tensor mean => Concentration / Rate;

    public override Tensor mode => Compute(() => ((Concentration - 1) / Rate).clamp(min: (Scalar)0));

    public override Tensor variance => Compute(() => Concentration / Rate.pow(2));

    public override Tensor rsample(params long[] sample_shape) =>
        Compute(() =>
        {
            var shape = Extended(sample_shape);
            var value = Aten._standard_gamma(Concentration.expand(shape), Source) / Rate.expand(shape);
            value.detach().clamp_(min: (Scalar)FloatLimits.Tiny(value.dtype));
            return value;
        });

    public override Tensor cdf(Tensor value) => Compute(() => special.gammainc(Concentration, Rate * value));

    public override Tensor log_prob(Tensor value) =>
        Compute(() =>
            Concentration.xlogy(Rate) + (Concentration - 1).xlogy(value) - (Rate * value) - Concentration.lgamma()
        );

    public override Tensor entropy() =>
        Compute(() =>
            Concentration - Rate.log() + Concentration.lgamma() + ((1 - Concentration) * Concentration.digamma())
        );
}

/// <summary>The sum of the squares of normal numbers.</summary>
public class Chi2(Tensor df, Generator? generator = null) : Gamma(df * 0.5, full_like(df, 0.5), generator)
{
    /// <summary>How many of them.</summary>
    public Tensor df => Parameter(0) * 2;
}

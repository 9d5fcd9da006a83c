using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>Exponential to both sides.</summary>
public class Laplace(Tensor loc, Tensor scale, Generator? generator = null)
    : Distribution(generator, new Made(Broadcast(loc, scale)))
{
    private Tensor Loc => Parameter(0);
    private Tensor Scale => Parameter(1);

    public override Tensor mean => View(0);

    public override Tensor mode => View(0);

    public override Tensor stddev => Scale * Math.Sqrt(2);

    public override Tensor variance => Compute(() => 2 * Scale.pow(2));

    public override Tensor rsample(params long[] sample_shape) =>
        Compute(() =>
        {
            var u = empty(Extended(sample_shape), Loc.dtype, Loc.device);
            u.uniform_(FloatLimits.Epsilon(Loc.dtype) - 1, 1, Source);
            return Loc - (Scale * u.sign() * (-u.abs()).log1p());
        });

    public override Tensor log_prob(Tensor value) => Compute(() => -(2 * Scale).log() - ((value - Loc).abs() / Scale));

    public override Tensor entropy() => Compute(() => 1 + (2 * Scale).log());

    public override Tensor cdf(Tensor value) =>
        Compute(() => 0.5 - (0.5 * (value - Loc).sign() * (-(value - Loc).abs() / Scale).expm1()));

    public override Tensor icdf(Tensor value) =>
        Compute(() => Loc - (Scale * (value - 0.5).sign() * (-2 * (value - 0.5).abs()).log1p()));
}

using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>The quotient of two normal numbers, with neither mean nor variance.</summary>
public class Cauchy(Tensor loc, Tensor scale, Generator? generator = null)
    : Distribution(generator, new Made(Broadcast(loc, scale)))
{
    private Tensor Loc => Parameter(0);
    private Tensor Scale => Parameter(1);

    public override Tensor mean => Compute(() => Undefined());

    public override Tensor mode => View(0);

    public override Tensor variance => Compute(() => Undefined(double.PositiveInfinity));

    public override Tensor rsample(params long[] sample_shape) =>
        Compute(() => Loc + (empty(Extended(sample_shape), Loc.dtype, Loc.device).cauchy_(0, 1, Source) * Scale));

    public override Tensor log_prob(Tensor value) =>
        Compute(() => -Math.Log(Math.PI) - Scale.log() - ((value - Loc) / Scale).pow(2).log1p());

    public override Tensor entropy() => Compute(() => Math.Log(4 * Math.PI) + Scale.log());

    public override Tensor cdf(Tensor value) => Compute(() => (((value - Loc) / Scale).atan() / Math.PI) + 0.5);

    public override Tensor icdf(Tensor value) => Compute(() => ((Math.PI * (value - 0.5)).tan() * Scale) + Loc);
}

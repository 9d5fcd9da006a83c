using TorchSharp.Dispatch;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>Gauss's distribution.</summary>
public class Normal(Tensor loc, Tensor scale, Generator? generator = null)
    : Distribution(generator, new Made(Broadcast(loc, scale)))
{
    private Tensor Loc => Parameter(0);
    private Tensor Scale => Parameter(1);

    public override Tensor mean => View(0);

    public override Tensor mode => View(0);

    public override Tensor stddev => View(1);

    public override Tensor variance => Scale.pow(2);

    public override Tensor sample(params long[] sample_shape) =>
        Compute(() =>
        {
            using var _ = new GradMode(false);
            var shape = Extended(sample_shape);
            return Aten.normal_Tensor_Tensor(Loc.expand(shape), Scale.expand(shape), Source);
        });

    public override Tensor rsample(params long[] sample_shape) =>
        Compute(() =>
        {
            var zero = zeros(Extended(sample_shape), Loc.dtype, Loc.device);
            return Loc + (Aten.normal_Tensor_Tensor(zero, ones_like(zero), Source) * Scale);
        });

    public override Tensor log_prob(Tensor value) =>
        Compute(() => -((value - Loc).pow(2) / (2 * Scale.pow(2))) - Scale.log() - (0.5 * Math.Log(2 * Math.PI)));

    public override Tensor entropy() => Compute(() => Scale.log() + (0.5 + (0.5 * Math.Log(2 * Math.PI))));

    public override Tensor cdf(Tensor value) =>
        Compute(() => 0.5 * (1 + ((value - Loc) * Scale.reciprocal() / Math.Sqrt(2)).erf()));

    public override Tensor icdf(Tensor value) =>
        Compute(() => Loc + (Scale * ((2 * value) - 1).erfinv() * Math.Sqrt(2)));
}

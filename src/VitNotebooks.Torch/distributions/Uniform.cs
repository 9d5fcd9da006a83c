using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>All numbers from low to below high alike.</summary>
public class Uniform(Tensor low, Tensor high, Generator? generator = null)
    : Distribution(generator, new Made(Broadcast(low, high)))
{
    private Tensor Low => Parameter(0);
    private Tensor High => Parameter(1);

    public override Tensor mean => Compute(() => (High + Low) / 2);

    public override Tensor mode => Compute(() => Undefined());

    public override Tensor stddev => Compute(() => (High - Low) / Math.Sqrt(12));

    public override Tensor variance => Compute(() => (High - Low).pow(2) / 12);

    public override Tensor rsample(params long[] sample_shape) =>
        Compute(() => Low + (rand(Extended(sample_shape), Low.dtype, Low.device, generator: Source) * (High - Low)));

    public override Tensor log_prob(Tensor value) =>
        Compute(() => (value.ge(Low) & value.lt(High)).to(Low.dtype).log() - (High - Low).log());

    public override Tensor entropy() => Compute(() => (High - Low).log());

    public override Tensor cdf(Tensor value) => Compute(() => ((value - Low) / (High - Low)).clamp(0, 1));

    public override Tensor icdf(Tensor value) => Compute(() => (value * (High - Low)) + Low);
}

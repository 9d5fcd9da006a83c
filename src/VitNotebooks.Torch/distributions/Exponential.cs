using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>How long it takes until something happens that happens at a rate.</summary>
public class Exponential(Tensor rate, Generator? generator = null) : ExponentialFamily(generator, rate)
{
    private Tensor Rate => Parameter(0);

    public override Tensor mean => Rate.reciprocal();

    public override Tensor mode => zeros_like(Rate);

    public override Tensor stddev => Rate.reciprocal();

    public override Tensor variance => Rate.pow(-2);

    public override Tensor rsample(params long[] sample_shape) =>
        Compute(() => empty(Extended(sample_shape), Rate.dtype, Rate.device).exponential_(1, Source) / Rate);

    public override Tensor log_prob(Tensor value) => Compute(() => Rate.log() - (Rate * value));

    public override Tensor entropy() => Compute(() => 1 - Rate.log());

    public override Tensor cdf(Tensor value) => Compute(() => 1 - (-Rate * value).exp());

    public override Tensor icdf(Tensor value) => Compute(() => -(-value).log1p() / Rate);
}

using TorchSharp.Dispatch;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>How often something happens that happens at a rate.</summary>
public class Poisson(Tensor rate, Generator? generator = null) : ExponentialFamily(generator, rate)
{
    private Tensor Rate => Parameter(0);

    public override Tensor mean => View(0);

    public override Tensor mode => Rate.floor();

    public override Tensor variance => View(0);

    public override Tensor rsample(params long[] sample_shape) =>
        Compute(() => Aten.poisson(Rate.detach().expand(Extended(sample_shape)), Source));

    public override Tensor log_prob(Tensor value) => Compute(() => value.xlogy(Rate) - Rate - (value + 1).lgamma());

    public override Tensor entropy() => throw Missing("entropy in closed form");
}

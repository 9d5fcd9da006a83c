using TorchSharp.Dispatch;

namespace TorchSharp;

// Draws. In place they fill the tensor; with a generator given they touch no global state.
public static partial class torch
{
    public static Tensor bernoulli(Tensor input, Generator? generator = null) => Given(input).bernoulli(generator);

    public static Tensor binomial(Tensor count, Tensor probs, Generator? generator = null) =>
        Aten.binomial(count, probs, generator);

    public static Tensor poisson(Tensor input, Generator? generator = null) => Given(input).poisson(generator);

    public static Tensor multinomial(
        Tensor input,
        long num_samples,
        bool replacement = false,
        Generator? generator = null
    ) => Given(input).multinomial(num_samples, replacement, generator);

    public static Tensor _sample_dirichlet(Tensor input, Generator? generator = null) =>
        Aten._sample_dirichlet(input, generator);

    public static Tensor _standard_gamma(Tensor input, Generator? generator = null) =>
        Aten._standard_gamma(input, generator);

    public static Tensor normal(Tensor mean, Tensor std, Generator? generator = null) =>
        Aten.normal_Tensor_Tensor(mean, std, generator);
}

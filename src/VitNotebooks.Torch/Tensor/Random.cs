using TorchSharp.Dispatch;

namespace TorchSharp;

// Draws. In place they fill the tensor; with a generator given they touch no global state.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor uniform_(double from, double to, Generator? generator = null) =>
            Aten.uniform_(this, from, to, generator);

        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) =>
            Aten.normal_(this, mean, std, generator);

        public Tensor log_normal_(double mean = 0, double std = 1, Generator? generator = null) =>
            Aten.log_normal_(this, mean, std, generator);

        public Tensor cauchy_(double median = 0, double sigma = 1, Generator? generator = null) =>
            Aten.cauchy_(this, median, sigma, generator);

        public Tensor exponential_(double lambda = 1, Generator? generator = null) =>
            Aten.exponential_(this, lambda, generator);

        public Tensor geometric_(double p, Generator? generator = null) => Aten.geometric_(this, p, generator);

        public Tensor bernoulli(Generator? generator = null) => Aten.bernoulli(this, generator);

        public Tensor bernoulli_(double p = 0.5, Generator? generator = null) =>
            Aten.bernoulli__float(this, p, generator);

        public Tensor bernoulli_(Tensor p, Generator? generator = null) => Aten.bernoulli__Tensor(this, p, generator);

        public Tensor random_(double from, double to, Generator? generator = null) =>
            Aten.random__from(this, (long)from, (long)to, generator);

        public Tensor binomial(Tensor prob, Generator? generator = null) => Aten.binomial(this, prob, generator);

        public Tensor poisson(Generator? generator = null) => Aten.poisson(this, generator);

        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) =>
            Aten.multinomial(this, num_samples, replacement, generator);
    }
}

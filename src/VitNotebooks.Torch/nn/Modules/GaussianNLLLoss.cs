using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>The negative log likelihood of normal distributions; see <see cref="functional.gaussian_nll_loss"/>.</summary>
    public sealed class GaussianNLLLoss : Loss<Tensor, Tensor, Tensor, Tensor>
    {
        public GaussianNLLLoss(bool full = false, float eps = 1e-8f, Reduction reduction = Reduction.Mean)
            : base(reduction)
        {
            this.full = full;
            this.eps = eps;
        }

        public bool full { get; }

        public float eps { get; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor input, Tensor target, Tensor variance) =>
            functional.gaussian_nll_loss(input, target, variance, full, eps, reduction);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>The negative log likelihood of normal distributions; see <see cref="functional.gaussian_nll_loss"/>.</summary>
            public static GaussianNLLLoss GaussianNLLLoss(
                bool full = false,
                float eps = 1e-8f,
                Reduction reduction = Reduction.Mean
            ) => new(full, eps, reduction);
        }
    }
}

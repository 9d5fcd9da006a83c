using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>The negative log likelihood of Poisson distributions; see <see cref="functional.poisson_nll_loss"/>.</summary>
    public sealed class PoissonNLLLoss : Loss<Tensor, Tensor, Tensor>
    {
        public PoissonNLLLoss(
            bool log_input = true,
            bool full = false,
            float eps = 1e-8f,
            Reduction reduction = Reduction.Mean
        )
            : base(reduction)
        {
            this.log_input = log_input;
            this.full = full;
            this.eps = eps;
        }

        public bool log_input { get; }

        public bool full { get; }

        public float eps { get; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor input, Tensor target) =>
            functional.poisson_nll_loss(input, target, log_input, full, eps, reduction);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>The negative log likelihood of Poisson distributions; see <see cref="functional.poisson_nll_loss"/>.</summary>
            public static PoissonNLLLoss PoissonNLLLoss(
                bool log_input = true,
                bool full = false,
                float eps = 1e-8f,
                Reduction reduction = Reduction.Mean
            ) => new(log_input, full, eps, reduction);
        }
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Hinge loss of the one right class; see <see cref="functional.multi_margin_loss"/>.</summary>
    public sealed class MultiMarginLoss : WeightedLoss<Tensor, Tensor, Tensor>
    {
        public MultiMarginLoss(
            int p = 1,
            double margin = 1.0,
            Tensor? weight = null,
            Reduction reduction = Reduction.Mean
        )
            : base(weight, reduction)
        {
            this.p = p;
            this.margin = margin;
        }

        public int p { get; }

        public double margin { get; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor input, Tensor target) =>
            functional.multi_margin_loss(input, target, p, margin, weight, reduction);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Hinge loss of the one right class; see <see cref="functional.multi_margin_loss"/>.</summary>
            public static MultiMarginLoss MultiMarginLoss(
                int p = 1,
                double margin = 1.0,
                Tensor? weight = null,
                Reduction reduction = Reduction.Mean
            ) => new(p, margin, weight, reduction);
        }
    }
}

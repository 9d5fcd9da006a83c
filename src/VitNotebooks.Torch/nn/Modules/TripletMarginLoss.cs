using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>max(0, d(anchor, positive) - d(anchor, negative) + margin) with the p-norm's distance.</summary>
    public sealed class TripletMarginLoss : Loss<Tensor, Tensor, Tensor, Tensor>
    {
        private readonly double _eps;
        private readonly bool _swap;

        public TripletMarginLoss(
            double margin = 1.0,
            long p = 2,
            double eps = 1e-06,
            bool swap = false,
            Reduction reduction = Reduction.Mean
        )
            : base(reduction)
        {
            this.margin = margin;
            this.p = p;
            (_eps, _swap) = (eps, swap);
        }

        public double margin { get; }

        public long p { get; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor anchor, Tensor positive, Tensor negative) =>
            functional.triplet_margin_loss(anchor, positive, negative, margin, p, _eps, _swap, reduction);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>max(0, d(anchor, positive) - d(anchor, negative) + margin) with the p-norm's distance.</summary>
            public static TripletMarginLoss TripletMarginLoss(
                double margin = 1.0,
                long p = 2,
                double eps = 1e-06,
                bool swap = false,
                Reduction reduction = Reduction.Mean
            ) => new(margin, p, eps, swap, reduction);
        }
    }
}

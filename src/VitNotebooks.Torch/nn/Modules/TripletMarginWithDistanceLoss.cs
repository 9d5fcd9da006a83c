using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>max(0, d(anchor, positive) - d(anchor, negative) + margin) for a distance of one's own.</summary>
    public sealed class TripletMarginWithDistanceLoss : Loss<Tensor, Tensor, Tensor, Tensor>
    {
        private readonly Func<Tensor, Tensor, Tensor>? _distance;
        private readonly bool _swap;

        public TripletMarginWithDistanceLoss(
            Func<Tensor, Tensor, Tensor>? distance = null,
            double margin = 1.0,
            bool swap = false,
            Reduction reduction = Reduction.Mean
        )
            : base(reduction)
        {
            this.margin = margin;
            (_distance, _swap) = (distance, swap);
        }

        public double margin { get; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor anchor, Tensor positive, Tensor negative) =>
            functional.triplet_margin_with_distance_loss(
                anchor,
                positive,
                negative,
                _distance,
                margin,
                _swap,
                reduction
            );
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>max(0, d(anchor, positive) - d(anchor, negative) + margin) for a distance of one's own.</summary>
            public static TripletMarginWithDistanceLoss TripletMarginWithDistanceLoss(
                Func<Tensor, Tensor, Tensor>? distance = null,
                double margin = 1.0,
                bool swap = false,
                Reduction reduction = Reduction.Mean
            ) => new(distance, margin, swap, reduction);
        }
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>input where the target is 1, max(0, margin - input) where it is -1.</summary>
    public sealed class HingeEmbeddingLoss : Loss<Tensor, Tensor, Tensor>
    {
        public HingeEmbeddingLoss(double margin = 0.0, Reduction reduction = Reduction.Mean)
            : base(reduction)
        {
            this.margin = margin;
        }

        public double margin { get; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor input, Tensor target) =>
            functional.hinge_embedding_loss(input, target, margin, reduction);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>input where the target is 1, max(0, margin - input) where it is -1.</summary>
            public static HingeEmbeddingLoss HingeEmbeddingLoss(
                double margin = 1.0,
                Reduction reduction = Reduction.Mean
            ) => new(margin, reduction);
        }
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>1 - cosine where the target is 1, max(0, cosine - margin) where it is -1.</summary>
    public sealed class CosineEmbeddingLoss : Loss<Tensor, Tensor, Tensor, Tensor>
    {
        public CosineEmbeddingLoss(double margin = 0.0, Reduction reduction = Reduction.Mean)
            : base(reduction)
        {
            this.margin = margin;
        }

        public double margin { get; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor input1, Tensor input2, Tensor target) =>
            functional.cosine_embedding_loss(input1, input2, target, margin, reduction);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>1 - cosine where the target is 1, max(0, cosine - margin) where it is -1.</summary>
            public static CosineEmbeddingLoss CosineEmbeddingLoss(
                double margin = 0.0,
                Reduction reduction = Reduction.Mean
            ) => new(margin, reduction);
        }
    }
}

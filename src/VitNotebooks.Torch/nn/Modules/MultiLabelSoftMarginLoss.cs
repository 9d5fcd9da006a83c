using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>The mean over the classes of the binary cross entropy of logits [.., C].</summary>
    public sealed class MultiLabelSoftMarginLoss : WeightedLoss<Tensor, Tensor, Tensor>
    {
        public MultiLabelSoftMarginLoss(Tensor? weight = null, Reduction reduction = Reduction.Mean)
            : base(weight, reduction) { }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor input, Tensor target) =>
            functional.multilabel_soft_margin_loss(input, target, weight, reduction);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>The mean over the classes of the binary cross entropy of logits [.., C].</summary>
            public static MultiLabelSoftMarginLoss MultiLabelSoftMarginLoss(
                Tensor? weight = null,
                Reduction reduction = Reduction.Mean
            ) => new(weight, reduction);
        }
    }
}

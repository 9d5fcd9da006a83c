using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Hinge loss of several right classes; see <see cref="functional.multi_label_margin_loss"/>.</summary>
    public sealed class MultiLabelMarginLoss : Loss<Tensor, Tensor, Tensor>
    {
        public MultiLabelMarginLoss(Reduction reduction = Reduction.Mean)
            : base(reduction) { }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor input, Tensor target) =>
            functional.multi_label_margin_loss(input, target, reduction);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Hinge loss of several right classes; see <see cref="functional.multi_label_margin_loss"/>.</summary>
            public static MultiLabelMarginLoss MultiLabelMarginLoss(Reduction reduction = Reduction.Mean) =>
                new(reduction);
        }
    }
}

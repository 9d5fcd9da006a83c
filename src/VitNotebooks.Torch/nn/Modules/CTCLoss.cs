using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>How likely a shorter label sequence is under frame-wise classes; see <see cref="functional.ctc_loss"/>.</summary>
    public sealed class CTCLoss : Loss<Tensor, Tensor, Tensor, Tensor, Tensor>
    {
        public CTCLoss(long blank = 0, bool zero_infinity = false, Reduction reduction = Reduction.Mean)
            : base(reduction)
        {
            this.blank = blank;
            this.zero_infinity = zero_infinity;
        }

        public long blank { get; }

        public bool zero_infinity { get; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor log_probs, Tensor targets, Tensor input_lengths, Tensor target_lengths) =>
            functional.ctc_loss(log_probs, targets, input_lengths, target_lengths, blank, zero_infinity, reduction);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>How likely a shorter label sequence is under frame-wise classes; see <see cref="functional.ctc_loss"/>.</summary>
            public static CTCLoss CTCLoss(
                long blank = 0,
                bool zero_infinity = false,
                Reduction reduction = Reduction.Mean
            ) => new(blank, zero_infinity, reduction);
        }
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>The p-norm over windows of [B, C, L].</summary>
    public sealed class LPPool1d : ParameterLessModule<Tensor, Tensor>
    {
        internal LPPool1d(double norm_type, long kernel_size, long? stride, bool ceil_mode)
            : base(nameof(LPPool1d))
        {
            this.norm_type = norm_type;
            this.kernel_size = kernel_size;
            this.stride = stride;
            this.ceil_mode = ceil_mode;
        }

        public double norm_type { get; set; }

        public long kernel_size { get; set; }

        public long? stride { get; set; }

        public bool ceil_mode { get; set; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor input) =>
            functional.lp_pool1d(input, norm_type, kernel_size, stride, ceil_mode);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>The p-norm over windows of [B, C, L].</summary>
            public static LPPool1d LPPool1d(
                double norm_type,
                long kernel_size,
                long? stride = null,
                bool ceil_mode = false
            ) => new(norm_type, kernel_size, stride, ceil_mode);
        }
    }
}

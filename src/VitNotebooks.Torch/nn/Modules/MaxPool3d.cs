using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The maximum over windows of [B, C, D, H, W].</summary>
    public sealed class MaxPool3d : ParameterLessModule<Tensor, Tensor>
    {
        internal MaxPool3d(long[] kernel_size, long[]? stride, long[]? padding, long[]? dilation, bool ceil_mode)
            : base(nameof(MaxPool3d))
        {
            this.kernel_size = kernel_size;
            this.stride = stride;
            this.padding = padding;
            this.dilation = dilation;
            this.ceil_mode = ceil_mode;
        }

        public long[] kernel_size { get; set; }

        public long[]? stride { get; set; }

        public long[]? padding { get; set; }

        public long[]? dilation { get; set; }

        public bool ceil_mode { get; set; }

        /// <summary>The maxima and where they were.</summary>
        public (Tensor output, Tensor indices) forward_with_indices(Tensor input) =>
            nn.functional.max_pool3d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode);

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor input) =>
            nn.functional.max_pool3d(input, kernel_size, stride, padding, dilation, ceil_mode);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>The maximum over windows of [B, C, D, H, W].</summary>
            public static MaxPool3d MaxPool3d(
                long kernel_size,
                long? stride = null,
                long? padding = null,
                long? dilation = null,
                bool ceil_mode = false
            ) =>
                new(
                    [kernel_size, kernel_size, kernel_size],
                    stride is { } s ? [s, s, s] : null,
                    padding is { } p ? [p, p, p] : null,
                    dilation is { } d ? [d, d, d] : null,
                    ceil_mode
                );

            public static MaxPool3d MaxPool3d(
                (long, long, long) kernel_size,
                (long, long, long)? stride = null,
                (long, long, long)? padding = null,
                (long, long, long)? dilation = null,
                bool ceil_mode = false
            ) =>
                new(
                    [kernel_size.Item1, kernel_size.Item2, kernel_size.Item3],
                    stride is { } s ? [s.Item1, s.Item2, s.Item3] : null,
                    padding is { } p ? [p.Item1, p.Item2, p.Item3] : null,
                    dilation is { } d ? [d.Item1, d.Item2, d.Item3] : null,
                    ceil_mode
                );

            public static MaxPool3d MaxPool3d(
                long[] kernel_size,
                long[]? stride = null,
                long[]? padding = null,
                long[]? dilation = null,
                bool ceil_mode = false
            ) => new(kernel_size, stride, padding, dilation, ceil_mode);
        }
    }
}

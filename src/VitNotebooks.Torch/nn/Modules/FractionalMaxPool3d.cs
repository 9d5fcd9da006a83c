using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>The maximum over windows at random places of [B, C, D, H, W] (arXiv 1412.6071).</summary>
    public sealed class FractionalMaxPool3d : ParameterLessModule<Tensor, Tensor>
    {
        internal FractionalMaxPool3d(long[] kernel_size, long[]? output_size, double[]? output_ratio)
            : base(nameof(FractionalMaxPool3d))
        {
            functional.CheckFractional(kernel_size, output_size, output_ratio, 3);
            this.kernel_size = kernel_size;
            this.output_size = output_size;
            this.output_ratio = output_ratio;
        }

        public long[] kernel_size { get; set; }

        public long[]? output_size { get; set; }

        public double[]? output_ratio { get; set; }

        /// <summary>The maxima and where they were.</summary>
        public (Tensor Values, Tensor Indices) forward_with_indices(Tensor input) =>
            functional.fractional_max_pool3d_with_indices(input, kernel_size, output_size, output_ratio);

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor input) =>
            functional.fractional_max_pool3d(input, kernel_size, output_size, output_ratio);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>The maximum over windows at random places of [B, C, D, H, W] (arXiv 1412.6071).</summary>
            public static FractionalMaxPool3d FractionalMaxPool3d(
                long kernel_size,
                long? output_size = null,
                double? output_ratio = null
            ) => new(Places.Thrice(kernel_size), Places.Thrice(output_size), Places.Thrice(output_ratio));

            /// <summary>The maximum over windows at random places of [B, C, D, H, W] (arXiv 1412.6071).</summary>
            public static FractionalMaxPool3d FractionalMaxPool3d(
                (long, long, long) kernel_size,
                (long, long, long)? output_size = null,
                (double, double, double)? output_ratio = null
            ) => new(Places.Of(kernel_size), Places.Of(output_size), Places.Of(output_ratio));

            /// <summary>The maximum over windows at random places of [B, C, D, H, W] (arXiv 1412.6071).</summary>
            public static FractionalMaxPool3d FractionalMaxPool3d(
                long[] kernel_size,
                long[]? output_size = null,
                double[]? output_ratio = null
            ) => new(kernel_size, output_size, output_ratio);
        }
    }
}

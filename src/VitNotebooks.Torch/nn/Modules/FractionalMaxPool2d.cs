using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>The maximum over windows at random places of [B, C, H, W] (arXiv 1412.6071).</summary>
    public sealed class FractionalMaxPool2d : ParameterLessModule<Tensor, Tensor>
    {
        internal FractionalMaxPool2d(long[] kernel_size, long[]? output_size, double[]? output_ratio)
            : base(nameof(FractionalMaxPool2d))
        {
            functional.CheckFractional(kernel_size, output_size, output_ratio, 2);
            this.kernel_size = kernel_size;
            this.output_size = output_size;
            this.output_ratio = output_ratio;
        }

        public long[] kernel_size { get; set; }

        public long[]? output_size { get; set; }

        public double[]? output_ratio { get; set; }

        /// <summary>The maxima and where they were.</summary>
        public (Tensor Values, Tensor Indices) forward_with_indices(Tensor input) =>
            functional.fractional_max_pool2d_with_indices(input, kernel_size, output_size, output_ratio);

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor input) =>
            functional.fractional_max_pool2d(input, kernel_size, output_size, output_ratio);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>The maximum over windows at random places of [B, C, H, W] (arXiv 1412.6071).</summary>
            public static FractionalMaxPool2d FractionalMaxPool2d(
                long kernel_size,
                long? output_size = null,
                double? output_ratio = null
            ) => new(Places.Twice(kernel_size), Places.Twice(output_size), Places.Twice(output_ratio));

            /// <summary>The maximum over windows at random places of [B, C, H, W] (arXiv 1412.6071).</summary>
            public static FractionalMaxPool2d FractionalMaxPool2d(
                (long, long) kernel_size,
                (long, long)? output_size = null,
                (double, double)? output_ratio = null
            ) => new(Places.Of(kernel_size), Places.Of(output_size), Places.Of(output_ratio));

            /// <summary>The maximum over windows at random places of [B, C, H, W] (arXiv 1412.6071).</summary>
            public static FractionalMaxPool2d FractionalMaxPool2d(
                long[] kernel_size,
                long[]? output_size = null,
                double[]? output_ratio = null
            ) => new(kernel_size, output_size, output_ratio);
        }
    }
}

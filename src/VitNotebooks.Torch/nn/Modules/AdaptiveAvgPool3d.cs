using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The mean over windows chosen so that the output has a given size.</summary>
    public sealed class AdaptiveAvgPool3d : ParameterLessModule<Tensor, Tensor>
    {
        internal AdaptiveAvgPool3d(long[] output_size)
            : base(nameof(AdaptiveAvgPool3d))
        {
            this.output_size = output_size;
        }

        public long[] output_size { get; set; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor input) => nn.functional.adaptive_avg_pool3d(input, output_size);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>The mean over windows chosen so that the output has a given size.</summary>
            public static AdaptiveAvgPool3d AdaptiveAvgPool3d(long output_size) =>
                new([output_size, output_size, output_size]);

            public static AdaptiveAvgPool3d AdaptiveAvgPool3d((long, long, long) output_size) =>
                new([output_size.Item1, output_size.Item2, output_size.Item3]);

            public static AdaptiveAvgPool3d AdaptiveAvgPool3d(long[] output_size) => new(output_size);
        }
    }
}

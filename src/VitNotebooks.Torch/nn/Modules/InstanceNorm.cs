using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Normalizes each channel of each image over its places (arXiv 1607.08022).</summary>
    public abstract class InstanceNorm : NormBase
    {
        public InstanceNorm(
            long num_features,
            double eps,
            double? momentum,
            bool affine,
            bool track_running_stats,
            Device? device,
            ScalarType? dtype,
            string name
        )
            : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, name) { }

        private protected abstract void CheckInput(Tensor input);

        public override Tensor forward(Tensor input)
        {
            CheckInput(input);
            return functional.instance_norm(
                input,
                running_mean,
                running_var,
                weight,
                bias,
                training || running_mean is null,
                momentum ?? 0,
                eps
            );
        }
    }

    /// <summary>Normalizes each channel of each image of [B, C, L].</summary>
    public sealed class InstanceNorm1d : InstanceNorm
    {
        internal InstanceNorm1d(
            long num_features,
            double eps,
            double? momentum,
            bool affine,
            bool track_running_stats,
            Device? device,
            ScalarType? dtype
        )
            : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(InstanceNorm1d)) { }

        private protected override void CheckInput(Tensor input) => CheckRank(input, 3);
    }

    /// <summary>Normalizes each channel of each image of [B, C, H, W].</summary>
    public sealed class InstanceNorm2d : InstanceNorm
    {
        internal InstanceNorm2d(
            long num_features,
            double eps,
            double? momentum,
            bool affine,
            bool track_running_stats,
            Device? device,
            ScalarType? dtype
        )
            : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(InstanceNorm2d)) { }

        private protected override void CheckInput(Tensor input) => CheckRank(input, 4);
    }

    /// <summary>Normalizes each channel of each image of [B, C, D, H, W].</summary>
    public sealed class InstanceNorm3d : InstanceNorm
    {
        internal InstanceNorm3d(
            long num_features,
            double eps,
            double? momentum,
            bool affine,
            bool track_running_stats,
            Device? device,
            ScalarType? dtype
        )
            : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(InstanceNorm3d)) { }

        private protected override void CheckInput(Tensor input) => CheckRank(input, 5);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Normalizes each channel of each image of [B, C, L].</summary>
            public static InstanceNorm1d InstanceNorm1d(
                long num_features,
                double eps = 1E-05,
                double momentum = 0.1,
                bool affine = false,
                bool track_running_stats = false,
                Device? device = null,
                ScalarType? dtype = null
            ) => new(num_features, eps, momentum, affine, track_running_stats, device, dtype);

            /// <summary>Normalizes each channel of each image of [B, C, H, W].</summary>
            public static InstanceNorm2d InstanceNorm2d(
                long num_features,
                double eps = 1E-05,
                double momentum = 0.1,
                bool affine = false,
                bool track_running_stats = false,
                Device? device = null,
                ScalarType? dtype = null
            ) => new(num_features, eps, momentum, affine, track_running_stats, device, dtype);

            /// <summary>Normalizes each channel of each image of [B, C, D, H, W].</summary>
            public static InstanceNorm3d InstanceNorm3d(
                long num_features,
                double eps = 1E-05,
                double momentum = 0.1,
                bool affine = false,
                bool track_running_stats = false,
                Device? device = null,
                ScalarType? dtype = null
            ) => new(num_features, eps, momentum, affine, track_running_stats, device, dtype);
        }
    }
}

using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Normalizes each channel over the batch (arXiv 1502.03167).</summary>
    public abstract class BatchNorm : NormBase
    {
        public BatchNorm(
            long num_features,
            double eps,
            double momentum,
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
            if (training && num_batches_tracked is not null)
            {
                using var _ = new GradMode(false);
                Aten.add__Scalar(num_batches_tracked, 1);
            }
            return functional.batch_norm(
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

    /// <summary>Normalizes each channel of [B, C] or [B, C, L] over the batch.</summary>
    public sealed class BatchNorm1d : BatchNorm
    {
        internal BatchNorm1d(
            long num_features,
            double eps,
            double momentum,
            bool affine,
            bool track_running_stats,
            Device? device,
            ScalarType? dtype
        )
            : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(BatchNorm1d)) { }

        private protected override void CheckInput(Tensor input) => CheckRank(input, 2, 3);
    }

    /// <summary>Normalizes each channel of [B, C, H, W] over the batch.</summary>
    public sealed class BatchNorm2d : BatchNorm
    {
        internal BatchNorm2d(
            long num_features,
            double eps,
            double momentum,
            bool affine,
            bool track_running_stats,
            Device? device,
            ScalarType? dtype
        )
            : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(BatchNorm2d)) { }

        private protected override void CheckInput(Tensor input) => CheckRank(input, 4);
    }

    /// <summary>Normalizes each channel of [B, C, D, H, W] over the batch.</summary>
    public sealed class BatchNorm3d : BatchNorm
    {
        internal BatchNorm3d(
            long num_features,
            double eps,
            double momentum,
            bool affine,
            bool track_running_stats,
            Device? device,
            ScalarType? dtype
        )
            : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(BatchNorm3d)) { }

        private protected override void CheckInput(Tensor input) => CheckRank(input, 5);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Normalizes each channel of [B, C] or [B, C, L] over the batch.</summary>
            public static BatchNorm1d BatchNorm1d(
                long num_features,
                double eps = 1E-05,
                double momentum = 0.1,
                bool affine = true,
                bool track_running_stats = true,
                Device? device = null,
                ScalarType? dtype = null
            ) => new(num_features, eps, momentum, affine, track_running_stats, device, dtype);

            /// <summary>Normalizes each channel of [B, C, H, W] over the batch.</summary>
            public static BatchNorm2d BatchNorm2d(
                long num_features,
                double eps = 1E-05,
                double momentum = 0.1,
                bool affine = true,
                bool track_running_stats = true,
                Device? device = null,
                ScalarType? dtype = null
            ) => new(num_features, eps, momentum, affine, track_running_stats, device, dtype);

            /// <summary>Normalizes each channel of [B, C, D, H, W] over the batch.</summary>
            public static BatchNorm3d BatchNorm3d(
                long num_features,
                double eps = 1E-05,
                double momentum = 0.1,
                bool affine = true,
                bool track_running_stats = true,
                Device? device = null,
                ScalarType? dtype = null
            ) => new(num_features, eps, momentum, affine, track_running_stats, device, dtype);
        }
    }
}

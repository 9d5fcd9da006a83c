using TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor upsample(
                Tensor input,
                long[]? size = null,
                double[]? scale_factor = null,
                UpsampleMode mode = UpsampleMode.Nearest,
                bool align_corners = false
            ) =>
                interpolate(
                    input,
                    size,
                    scale_factor,
                    (InterpolationMode)mode,
                    mode == UpsampleMode.Nearest ? null : align_corners
                );

            /// <summary>Resizes [B, C, H, W] between its pixels.</summary>
            public static Tensor upsample_bilinear(
                Tensor x,
                long[]? size = null,
                double[]? scale_factor = null,
                bool align_corners = false
            ) => interpolate(x, size, scale_factor, InterpolationMode.Bilinear, align_corners);

            /// <summary>Resizes [B, C, ..] to the nearest pixels; align_corners has no meaning here.</summary>
            public static Tensor upsample_nearest(
                Tensor x,
                long[]? size = null,
                double[]? scale_factor = null,
                bool align_corners = false
            ) => interpolate(x, size, scale_factor);

            /// <summary>Resizes [B, C, L] to a length or by a factor.</summary>
            public static Tensor upsample_nearest1d(Tensor input, long? outputSize, double? scaleFactor) =>
                Aten.upsample_nearest1d_vec(
                    input,
                    outputSize is { } size ? [size] : null,
                    scaleFactor is { } factor ? [factor] : null
                );

            /// <summary>Resizes [B, C, H, W] to a size or by factors.</summary>
            public static Tensor upsample_nearest2d(
                Tensor input,
                long[]? outputSizes = null,
                double[]? scaleFactors = null
            ) => Aten.upsample_nearest2d_vec(input, outputSizes, scaleFactors);

            /// <summary>Resizes [B, C, D, H, W] to a size or by factors.</summary>
            public static Tensor upsample_nearest3d(
                Tensor input,
                long[]? outputSizes = null,
                double[]? scaleFactors = null
            ) => Aten.upsample_nearest3d_vec(input, outputSizes, scaleFactors);
        }
    }
}

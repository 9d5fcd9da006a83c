using TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Resizes the places of [B, C, ..] to a size, or by a factor a place dimension.</summary>
            /// <param name="x">[B, C, L], [B, C, H, W] or [B, C, D, H, W]</param>
            /// <param name="size">The new size; exactly one of size and scale_factor.</param>
            /// <param name="scale_factor">The factors.</param>
            /// <param name="mode">Which must fit the number of place dimensions.</param>
            /// <param name="align_corners">Whether the corner pixels' centres keep their values; only for the linear and cubic modes.</param>
            /// <param name="recompute_scale_factor">Whether the factor is computed again from the rounded size.</param>
            /// <param name="antialias">Whether shrinking averages over what it covers; bilinear and bicubic only.</param>
            public static Tensor interpolate(
                Tensor x,
                long[]? size = null,
                double[]? scale_factor = null,
                InterpolationMode mode = InterpolationMode.Nearest,
                bool? align_corners = null,
                bool recompute_scale_factor = false,
                bool antialias = false
            )
            {
                ArgumentNullException.ThrowIfNull(x);
                var shape = x.shape;
                var places = shape.Length - 2;
                var smooth =
                    mode
                    is InterpolationMode.Linear
                        or InterpolationMode.Bilinear
                        or InterpolationMode.Bicubic
                        or InterpolationMode.Trilinear;
                if ((size is null) == (scale_factor is null))
                {
                    throw new ArgumentException(
                        "interpolate: give exactly one of size and scale_factor.",
                        nameof(size)
                    );
                }
                if (align_corners is not null && !smooth)
                {
                    throw new ArgumentException(
                        $"interpolate: align_corners has no meaning for {mode}; leave it out.",
                        nameof(align_corners)
                    );
                }
                if (antialias && mode is not (InterpolationMode.Bilinear or InterpolationMode.Bicubic))
                {
                    throw new ArgumentException(
                        $"interpolate: antialias needs Bilinear or Bicubic, got {mode}.",
                        nameof(antialias)
                    );
                }
                if ((size?.Length ?? scale_factor!.Length) != places)
                {
                    throw new ArgumentException(
                        $"interpolate: an input of shape [{string.Join(", ", shape)}] has {places} place dimensions, but {(size is null ? "scale_factor" : "size")} has {size?.Length ?? scale_factor!.Length} values.",
                        size is null ? nameof(scale_factor) : nameof(size)
                    );
                }
                if (scale_factor is not null && (recompute_scale_factor || mode == InterpolationMode.Area))
                {
                    size = [.. scale_factor.Select((f, i) => (long)Math.Floor(shape[i + 2] * f))];
                    scale_factor = null;
                }
                var corners = align_corners ?? false;
                return (mode, places) switch
                {
                    (InterpolationMode.Nearest, 1) => Aten.upsample_nearest1d_vec(x, size, scale_factor),
                    (InterpolationMode.Nearest, 2) => Aten.upsample_nearest2d_vec(x, size, scale_factor),
                    (InterpolationMode.Nearest, 3) => Aten.upsample_nearest3d_vec(x, size, scale_factor),
                    (InterpolationMode.NearestExact, 1) => Aten._upsample_nearest_exact1d_vec(x, size, scale_factor),
                    (InterpolationMode.NearestExact, 2) => Aten._upsample_nearest_exact2d_vec(x, size, scale_factor),
                    (InterpolationMode.NearestExact, 3) => Aten._upsample_nearest_exact3d_vec(x, size, scale_factor),
                    (InterpolationMode.Linear, 1) => Aten.upsample_linear1d_vec(x, size, corners, scale_factor),
                    (InterpolationMode.Bilinear, 2) => antialias
                        ? Aten._upsample_bilinear2d_aa_vec(x, size, corners, scale_factor)
                        : Aten.upsample_bilinear2d_vec(x, size, corners, scale_factor),
                    (InterpolationMode.Bicubic, 2) => antialias
                        ? Aten._upsample_bicubic2d_aa_vec(x, size, corners, scale_factor)
                        : Aten.upsample_bicubic2d_vec(x, size, corners, scale_factor),
                    (InterpolationMode.Trilinear, 3) => Aten.upsample_trilinear3d_vec(x, size, corners, scale_factor),
                    (InterpolationMode.Area, 1) => Aten.adaptive_avg_pool1d(x, size!),
                    (InterpolationMode.Area, 2) => Aten.adaptive_avg_pool2d(x, size!),
                    (InterpolationMode.Area, 3) => Aten.adaptive_avg_pool3d(x, size!),
                    _ => throw new ArgumentException(
                        $"interpolate: {mode} does not fit an input of {shape.Length} dimensions; Linear takes 3, Bilinear and Bicubic 4, Trilinear 5, the others 3 to 5.",
                        nameof(mode)
                    ),
                };
            }

            /// <summary>Pads the last dimensions; pairs of (before, after), the last dimension first.</summary>
            public static Tensor pad(
                Tensor input,
                ReadOnlySpan<long> pad,
                PaddingModes mode = PaddingModes.Constant,
                double value = 0
            ) =>
                mode switch
                {
                    PaddingModes.Constant or PaddingModes.Zeros => Aten.pad(
                        input,
                        pad,
                        "constant",
                        mode == PaddingModes.Zeros ? 0 : value
                    ),
                    PaddingModes.Reflect => Aten.pad(input, pad, "reflect"),
                    PaddingModes.Replicate => Aten.pad(input, pad, "replicate"),
                    PaddingModes.Circular => Aten.pad(input, pad, "circular"),
                    _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "pad: no such mode."),
                };

            public static Tensor pad(
                Tensor input,
                long[] pad,
                PaddingModes mode = PaddingModes.Constant,
                double value = 0
            ) => nn.functional.pad(input, pad.AsSpan(), mode, value);

            public static Tensor pad(
                Tensor input,
                long pad,
                PaddingModes mode = PaddingModes.Constant,
                double value = 0
            ) => nn.functional.pad(input, (ReadOnlySpan<long>)[pad, pad], mode, value);

            public static Tensor pad(
                Tensor input,
                (long, long) pad,
                PaddingModes mode = PaddingModes.Constant,
                double value = 0
            ) => nn.functional.pad(input, (ReadOnlySpan<long>)[pad.Item1, pad.Item2], mode, value);

            public static Tensor pad(
                Tensor input,
                (long, long, long, long) pad,
                PaddingModes mode = PaddingModes.Constant,
                double value = 0
            ) =>
                nn.functional.pad(input, (ReadOnlySpan<long>)[pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);

            /// <summary>Reads [B, C, H, W] at the places of a grid [B, h, w, 2] in -1..1.</summary>
            public static Tensor grid_sample(
                Tensor input,
                Tensor grid,
                GridSampleMode mode = GridSampleMode.Bilinear,
                GridSamplePaddingMode padding_mode = GridSamplePaddingMode.Zeros,
                bool? align_corners = null
            ) =>
                Aten.grid_sampler(
                    input,
                    grid,
                    mode == GridSampleMode.Nearest ? 1 : 0,
                    padding_mode switch
                    {
                        GridSamplePaddingMode.Border => 1,
                        GridSamplePaddingMode.Reflection => 2,
                        _ => 0,
                    },
                    align_corners ?? false
                );

            /// <summary>The grid of affine maps theta [B, 2, 3] for an image of the given size [B, C, H, W].</summary>
            public static Tensor affine_grid(Tensor theta, long[]? size = null, bool align_corners = false)
            {
                ArgumentNullException.ThrowIfNull(theta);
                if (!theta.is_floating_point())
                {
                    throw new ArgumentException(
                        $"affine_grid: theta holds {theta.dtype}, real numbers are needed; convert it with to(float32).",
                        nameof(theta)
                    );
                }
                return Aten.affine_grid_generator(
                    theta,
                    size
                        ?? throw new ArgumentNullException(
                            nameof(size),
                            "affine_grid: the size [B, C, H, W] is needed."
                        ),
                    align_corners
                );
            }
        }
    }
}

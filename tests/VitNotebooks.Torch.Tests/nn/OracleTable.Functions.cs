using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VitNotebooks.Torch.Tests.nn_;

internal static partial class OracleTable
{
    private static IEnumerable<OracleCase> Functions() =>
        [
            Function(
                "(x[0] @ x[1].transpose(-2, -1) / 2).softmax(-1) @ x[2]",
                x => F.scaled_dot_product_attention(x[0], x[1], x[2]),
                [2, 3, 4],
                [2, 5, 4],
                [2, 5, 6]
            ),
            Function("F.linear(*x)", x => F.linear(x[0], x[1], x[2]), [3, 4], [5, 4], [5]),
            Function("F.bilinear(*x)", x => F.bilinear(x[0], x[1], x[2]), [3, 4], [3, 2], [5, 4, 2]),
            Function("F.cosine_similarity(*x)", x => F.cosine_similarity(x[0], x[1]), [3, 4], [3, 4]),
            Function("F.pairwise_distance(*x)", x => F.pairwise_distance(x[0], x[1]), [3, 4], [3, 4]),
            Function("F.layer_norm(x[0], [4], x[1], x[2])", x => F.layer_norm(x[0], [4], x[1], x[2]), [3, 4], [4], [4]),
            Function("F.group_norm(x[0], 2, x[1])", x => F.group_norm(x[0], 2, x[1]), [3, 4, 5], [4]),
            Function(
                "F.batch_norm(x[0], torch.full((3,), 0.2, dtype=x[0].dtype), torch.full((3,), 2.0, dtype=x[0].dtype), x[1], x[2])",
                x =>
                    F.batch_norm(
                        x[0],
                        full([3], 0.2, dtype: x[0].dtype),
                        full([3], 2.0, dtype: x[0].dtype),
                        x[1],
                        x[2]
                    ),
                [4, 3, 2],
                [3],
                [3]
            ),
            Function("F.instance_norm(x[0], weight=x[1])", x => F.instance_norm(x[0], weight: x[1]), [2, 3, 4], [3]),
            Function(
                "F.interpolate(x[0], size=(3, 5), mode='bicubic', antialias=True)",
                x => F.interpolate(x[0], [3, 5], mode: InterpolationMode.Bicubic, antialias: true),
                [1, 2, 8, 8]
            ),
            Function(
                "F.interpolate(x[0], scale_factor=(0.6, 1.4), mode='area')",
                x => F.interpolate(x[0], scale_factor: [0.6, 1.4], mode: InterpolationMode.Area),
                [1, 2, 5, 5]
            ),
            Function(
                "F.interpolate(x[0], scale_factor=1.7, mode='nearest-exact')",
                x => F.interpolate(x[0], scale_factor: [1.7], mode: InterpolationMode.NearestExact),
                [1, 2, 5]
            ),
            Function(
                "F.interpolate(x[0], scale_factor=1.7, mode='linear', recompute_scale_factor=True)",
                x =>
                    F.interpolate(
                        x[0],
                        scale_factor: [1.7],
                        mode: InterpolationMode.Linear,
                        recompute_scale_factor: true
                    ),
                [1, 2, 5]
            ),
            Function(
                "F.interpolate(x[0], size=(3, 7), mode='bilinear', align_corners=True)",
                x => F.upsample_bilinear(x[0], [3, 7], align_corners: true),
                [1, 2, 5, 5]
            ),
            Function("F.interpolate(x[0], size=(3, 7))", x => F.upsample_nearest(x[0], [3, 7]), [1, 2, 5, 5]),
            Function(
                "F.interpolate(x[0], size=7, mode='linear', align_corners=False)",
                x => F.upsample(x[0], [7], mode: UpsampleMode.Linear),
                [1, 2, 5]
            ),
            Function("F.interpolate(x[0], size=7)", x => F.upsample_nearest1d(x[0], 7, null), [1, 2, 5]),
            Function(
                "F.interpolate(x[0], scale_factor=(1.3, 2))",
                x => F.upsample_nearest2d(x[0], scaleFactors: [1.3, 2]),
                [1, 2, 5, 5]
            ),
            Function(
                "F.interpolate(x[0], size=(3, 4, 5))",
                x => F.upsample_nearest3d(x[0], [3, 4, 5]),
                [1, 2, 5, 5, 2]
            ),
            Function(
                "F.pad(x[0], (1, 2, 2, 1), mode='reflect')",
                x => F.pad(x[0], (1, 2, 2, 1), PaddingModes.Reflect),
                [1, 2, 4, 4]
            ),
            Function(
                "F.pad(x[0], (1, 2), mode='circular')",
                x => F.pad(x[0], (1, 2), PaddingModes.Circular),
                [1, 2, 4]
            ),
            Function("F.pad(x[0], (1, -1), value=0.3)", x => F.pad(x[0], [1, -1], value: 0.3), [2, 4]),
            Function(
                "F.grid_sample(*x, mode='bilinear', padding_mode='border', align_corners=False)",
                x => F.grid_sample(x[0], x[1], padding_mode: GridSamplePaddingMode.Border, align_corners: false),
                [1, 2, 4, 4],
                [1, 3, 3, 2]
            ),
            Function(
                "F.grid_sample(*x, mode='nearest', padding_mode='reflection', align_corners=True)",
                x => F.grid_sample(x[0], x[1], GridSampleMode.Nearest, GridSamplePaddingMode.Reflection, true),
                [1, 2, 4, 4],
                [1, 3, 3, 2]
            ),
            Function(
                "F.affine_grid(x[0], (2, 3, 4, 5), align_corners=False)",
                x => F.affine_grid(x[0], [2, 3, 4, 5]),
                [2, 2, 3]
            ),
            Function("F.pixel_shuffle(x[0], 2)", x => F.pixel_shuffle(x[0], 2), [2, 4, 2, 3]),
            Function("F.pixel_unshuffle(x[0], 2)", x => F.pixel_unshuffle(x[0], 2), [2, 1, 4, 6]),
            Function("F.local_response_norm(x[0], 2)", x => F.local_response_norm(x[0], 2), [2, 3, 2, 2, 2]),
        ];
}

using TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Puts the maxima of <c>max_pool1d</c> back where they were, zeros elsewhere.</summary>
            /// <param name="input">[B, C, L] or [C, L]</param>
            /// <param name="indices">What <c>max_pool1d_with_indices</c> gave.</param>
            /// <param name="kernel_size">The pool's window.</param>
            /// <param name="stride">The pool's stride; the window by default.</param>
            /// <param name="padding">The pool's padding.</param>
            /// <param name="output_size">The size before the pool, [L] or [B, C, L]: several sizes pool to the same one.</param>
            public static Tensor max_unpool1d(
                Tensor input,
                Tensor indices,
                long kernel_size,
                long? stride = null,
                long? padding = null,
                long[]? output_size = null
            )
            {
                var size = UnpooledSize(input, [kernel_size], [stride ?? kernel_size], [padding ?? 0], output_size);
                using var scope = NewDisposeScope();
                var places = Aten.max_unpool2d(Aten.unsqueeze(input, -1), Aten.unsqueeze(indices, -1), [size[0], 1]);
                return scope.MoveToOuter(Aten.squeeze_dim(places, -1));
            }

            /// <summary>Puts the maxima of <c>max_pool2d</c> [B, C, H, W] back where they were, zeros elsewhere.</summary>
            /// <inheritdoc cref="max_unpool1d"/>
            public static Tensor max_unpool2d(
                Tensor input,
                Tensor indices,
                long[] kernel_size,
                long[]? stride = null,
                long[]? padding = null,
                long[]? output_size = null
            ) =>
                Aten.max_unpool2d(
                    input,
                    indices,
                    UnpooledSize(input, kernel_size, stride ?? kernel_size, padding ?? [0, 0], output_size)
                );

            /// <summary>Puts the maxima of <c>max_pool3d</c> [B, C, D, H, W] back where they were, zeros elsewhere.</summary>
            /// <inheritdoc cref="max_unpool1d"/>
            public static Tensor max_unpool3d(
                Tensor input,
                Tensor indices,
                long[] kernel_size,
                long[]? stride = null,
                long[]? padding = null,
                long[]? output_size = null
            )
            {
                var (steps, border) = (stride ?? kernel_size, padding ?? [0, 0, 0]);
                return Aten.max_unpool3d(
                    input,
                    indices,
                    UnpooledSize(input, kernel_size, steps, border, output_size),
                    steps,
                    border
                );
            }

            private static long[] UnpooledSize(
                Tensor input,
                long[] kernel_size,
                long[] stride,
                long[] padding,
                long[]? output_size
            )
            {
                ArgumentNullException.ThrowIfNull(input);
                ArgumentNullException.ThrowIfNull(kernel_size);
                var places = kernel_size.Length;
                if (stride.Length != places || padding.Length != places)
                {
                    throw new ArgumentException(
                        $"max_unpool{places}d: stride and padding take {places} values each, got {stride.Length} and {padding.Length}.",
                        nameof(stride)
                    );
                }
                var shape = input.shape;
                if (shape.Length != places + 1 && shape.Length != places + 2)
                {
                    throw new ArgumentException(
                        $"max_unpool{places}d: expected {places + 1} or {places + 2} dimensions, got [{string.Join(", ", shape)}].",
                        nameof(input)
                    );
                }
                var size = new long[places];
                for (var i = 0; i < places; i++)
                {
                    size[i] = ((shape[^(places - i)] - 1) * stride[i]) + kernel_size[i] - (2 * padding[i]);
                }
                if (output_size is null)
                {
                    return size;
                }
                var wanted = output_size.Length == places + 2 ? output_size[2..] : output_size;
                if (wanted.Length != places)
                {
                    throw new ArgumentException(
                        $"max_unpool{places}d: output_size takes {places} or {places + 2} values, got {output_size.Length}.",
                        nameof(output_size)
                    );
                }
                for (var i = 0; i < places; i++)
                {
                    if (Math.Abs(wanted[i] - size[i]) >= stride[i])
                    {
                        throw new ArgumentException(
                            $"max_unpool{places}d: output size {wanted[i]} in place dimension {i} does not pool to {shape[^(places - i)]}; it must be above {size[i] - stride[i]} and below {size[i] + stride[i]}.",
                            nameof(output_size)
                        );
                    }
                }
                return wanted;
            }
        }
    }
}

using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly NativeFeature s_attention = new("attention");

            /// <summary>
            /// softmax(q k^T / sqrt(E) + mask) v, for q [.., L, E], k [.., S, E], v [.., S, Ev].
            /// </summary>
            /// <param name="query">[.., L, E]</param>
            /// <param name="key">[.., S, E]</param>
            /// <param name="value">[.., S, Ev]</param>
            /// <param name="attn_mask">Broadcast to [.., L, S]: true where attention is allowed, or numbers that are added.</param>
            /// <param name="p">The probability with which an attention weight is dropped; not only in training.</param>
            /// <param name="is_casual">Whether a position attends only to itself and what precedes it.</param>
            /// <remarks>
            /// libtorch's fused operator from 2.0 on; before that, and for bfloat16 on a CPU whose BLAS knows no bfloat16 (there the
            /// fused one is slower than float32), the formula with one score matrix.
            /// </remarks>
            /// <exception cref="TorchException">Shapes that do not fit.</exception>
            public static unsafe Tensor scaled_dot_product_attention(
                Tensor query,
                Tensor key,
                Tensor value,
                Tensor? attn_mask = null,
                double p = 0,
                bool is_casual = false
            )
            {
                ArgumentNullException.ThrowIfNull(query);
                ArgumentNullException.ThrowIfNull(key);
                ArgumentNullException.ThrowIfNull(value);
                if (is_casual && attn_mask is not null)
                {
                    throw new ArgumentException(
                        "scaled_dot_product_attention: give either attn_mask or is_casual, not both.",
                        nameof(attn_mask)
                    );
                }
                if (query.Dimensions < 2 || key.Dimensions < 2 || value.Dimensions < 2)
                {
                    throw new ArgumentException(
                        $"scaled_dot_product_attention: query, key and value need at least 2 dimensions [.., L, E], got {query.Dimensions}, {key.Dimensions} and {value.Dimensions}.",
                        nameof(query)
                    );
                }
                IntPtr result;
                var status = Attention.Run(
                    query.Borrow(),
                    key.Borrow(),
                    value.Borrow(),
                    attn_mask?.Borrow() ?? IntPtr.Zero,
                    p,
                    is_casual ? 1 : 0,
                    Attention.PlainBlas ? 1 : 0,
                    &result
                );
                GC.KeepAlive(query);
                GC.KeepAlive(key);
                GC.KeepAlive(value);
                GC.KeepAlive(attn_mask);
                s_attention.Check(status, "scaled_dot_product_attention");
                return Tensor.Adopt(result);
            }

            /// <summary>The functions of the native module <c>attention</c>.</summary>
            private static unsafe class Attention
            {
                public static readonly bool PlainBlas = Libtorch.Instance.Image.Imports("sgemm_");

                public static readonly delegate* unmanaged<
                    IntPtr,
                    IntPtr,
                    IntPtr,
                    IntPtr,
                    double,
                    int,
                    int,
                    IntPtr*,
                    int> Run = (delegate* unmanaged<IntPtr, IntPtr, IntPtr, IntPtr, double, int, int, IntPtr*, int>)
                    s_attention.Symbol("vn_attention");
            }
        }
    }
}

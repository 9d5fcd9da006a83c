using TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
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
            /// The formula written out in ops that every libtorch has; the query is scaled, the smaller of the two products' factors
            /// and far smaller than the scores.
            /// </remarks>
            public static Tensor scaled_dot_product_attention(
                Tensor query,
                Tensor key,
                Tensor value,
                Tensor? attn_mask = null,
                double p = 0,
                bool is_casual = false
            )
            {
                if (is_casual && attn_mask is not null)
                {
                    throw new ArgumentException(
                        "scaled_dot_product_attention: give either attn_mask or is_casual, not both.",
                        nameof(attn_mask)
                    );
                }
                ArgumentNullException.ThrowIfNull(query);
                ArgumentNullException.ThrowIfNull(key);
                ArgumentNullException.ThrowIfNull(value);
                if (query.Dimensions < 2 || key.Dimensions < 2 || value.Dimensions < 2)
                {
                    throw new ArgumentException(
                        $"scaled_dot_product_attention: query, key and value need at least 2 dimensions [.., L, E], got {query.Dimensions}, {key.Dimensions} and {value.Dimensions}.",
                        nameof(query)
                    );
                }
                using var scope = NewDisposeScope();
                var rank = query.shape.Length;
                var scale = 1 / Math.Sqrt(query.shape[rank - 1]);
                var scores = Aten.matmul(Aten.mul_Scalar(query, scale), Aten.transpose_int(key, -2, -1));
                if (is_casual)
                {
                    var allowed = Aten.tril(
                        Aten.ones(
                            [query.shape[rank - 2], key.shape[key.shape.Length - 2]],
                            dtype: ScalarType.Bool,
                            device: query.device
                        )
                    );
                    scores = Aten.masked_fill_Scalar(scores, Aten.logical_not(allowed), double.NegativeInfinity);
                }
                else if (attn_mask is not null)
                {
                    scores =
                        attn_mask.dtype == ScalarType.Bool
                            ? Aten.masked_fill_Scalar(scores, Aten.logical_not(attn_mask), double.NegativeInfinity)
                            : Aten.add_Tensor(scores, attn_mask);
                }
                var weights = Aten.softmax_int(scores, -1);
                if (p > 0)
                {
                    weights = Aten.dropout(weights, p, true);
                }
                return scope.MoveToOuter(Aten.matmul(weights, value));
            }
        }
    }
}

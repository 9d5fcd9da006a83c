using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Attention of several heads (arXiv 1706.03762) with PyTorch's parameter names and initialization.</summary>
    /// <remarks>Shapes: query [L, B, E], key [S, B, kdim], value [S, B, vdim]; the result [L, B, E] and the weights [B, L, S], the
    /// mean over the heads.</remarks>
    public sealed class MultiheadAttention
        : Module<Tensor, Tensor, Tensor, Tensor?, bool, Tensor?, Tuple<Tensor, Tensor?>>
    {
        private readonly long _width;
        private readonly long _heads;
        private readonly double _dropout;
        private readonly bool _zeroAttention;
        private readonly Parameter? _packed;
        private readonly Parameter? _query;
        private readonly Parameter? _key;
        private readonly Parameter? _value;
        private readonly Parameter? _bias;
        private readonly Parameter? _keyBias;
        private readonly Parameter? _valueBias;
        private readonly Linear _out;

        internal MultiheadAttention(
            long embedded_dim,
            long num_heads,
            double dropout,
            bool bias,
            bool add_bias_kv,
            bool add_zero_attn,
            long? kdim,
            long? vdim
        )
            : base(nameof(MultiheadAttention))
        {
            if (num_heads <= 0 || embedded_dim % num_heads != 0)
            {
                throw new ArgumentException(
                    $"MultiheadAttention: width {embedded_dim} does not divide into {num_heads} heads.",
                    nameof(num_heads)
                );
            }
            (_width, _heads, _dropout, _zeroAttention) = (embedded_dim, num_heads, dropout, add_zero_attn);
            var (keyWidth, valueWidth) = (kdim ?? embedded_dim, vdim ?? embedded_dim);
            if (keyWidth == embedded_dim && valueWidth == embedded_dim)
            {
                register_parameter("in_proj_weight", _packed = Empty(3 * embedded_dim, embedded_dim));
            }
            else
            {
                register_parameter("q_proj_weight", _query = Empty(embedded_dim, embedded_dim));
                register_parameter("k_proj_weight", _key = Empty(embedded_dim, keyWidth));
                register_parameter("v_proj_weight", _value = Empty(embedded_dim, valueWidth));
            }
            if (bias)
            {
                register_parameter("in_proj_bias", _bias = Empty(3 * embedded_dim));
            }
            _out = new Linear(embedded_dim, embedded_dim, bias, null, null);
            register_module("out_proj", _out);
            if (add_bias_kv)
            {
                register_parameter("bias_k", _keyBias = Empty(1, 1, embedded_dim));
                register_parameter("bias_v", _valueBias = Empty(1, 1, embedded_dim));
            }
            Reset();
        }

        private static Parameter Empty(params ReadOnlySpan<long> shape) => new(empty(shape));

        private void Reset()
        {
            foreach (var weight in new[] { _packed, _query, _key, _value })
            {
                if (weight is not null)
                {
                    init.xavier_uniform_(weight);
                }
            }
            if (_bias is not null)
            {
                init.zeros_(_bias);
                init.zeros_(_out.bias!);
            }
            if (_keyBias is not null && _valueBias is not null)
            {
                init.xavier_normal_(_keyBias);
                init.xavier_normal_(_valueBias);
            }
        }

        public new Tuple<Tensor, Tensor?> call(
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor? key_padding_mask = null,
            bool need_weights = true,
            Tensor? attn_mask = null
        ) => base.call(query, key, value, key_padding_mask, need_weights, attn_mask);

        /// <param name="query">[L, B, E]</param>
        /// <param name="key">[S, B, kdim]</param>
        /// <param name="value">[S, B, vdim]</param>
        /// <param name="key_padding_mask">[B, S]: true where a key is to be ignored, or numbers that are added.</param>
        /// <param name="need_weights">Whether the mean weights are wanted beside the result.</param>
        /// <param name="attn_mask">[L, S] or [B heads, L, S]: true where attention is forbidden, or numbers that are added.</param>
        public override Tuple<Tensor, Tensor?> forward(
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor? key_padding_mask,
            bool need_weights,
            Tensor? attn_mask
        )
        {
            using var scope = NewDisposeScope();
            var shape = query.shape;
            if (shape.Length != 3 || shape[2] != _width)
            {
                throw new ArgumentException(
                    $"MultiheadAttention: expected a query [L, B, {_width}], got [{string.Join(", ", shape)}].",
                    nameof(query)
                );
            }
            var (length, batch, head) = (shape[0], shape[1], _width / _heads);
            var (q, k, v) = Project(query, key, value);
            if (_keyBias is not null && _valueBias is not null)
            {
                k = Aten.cat([k, Aten.expand(_keyBias, [1, batch, _width])]);
                v = Aten.cat([v, Aten.expand(_valueBias, [1, batch, _width])]);
                key_padding_mask = Widen(key_padding_mask);
                attn_mask = Widen(attn_mask);
            }
            q = Heads(q, length, batch, head);
            k = Heads(k, k.shape[0], batch, head);
            v = Heads(v, v.shape[0], batch, head);
            if (_zeroAttention)
            {
                k = Aten.pad(k, [0, 0, 0, 1]);
                v = Aten.pad(v, [0, 0, 0, 1]);
                key_padding_mask = Widen(key_padding_mask);
                attn_mask = Widen(attn_mask);
            }
            if (!need_weights && attn_mask is null && key_padding_mask is null)
            {
                var p = training ? _dropout : 0;
                return Tuple.Create(
                    scope.MoveToOuter(Out(functional.scaled_dot_product_attention(q, k, v, p: p), length, batch)),
                    (Tensor?)null
                );
            }
            var scaled = Aten.div_Scalar(q, Math.Sqrt(head));
            var scores = Aten.bmm(scaled, Aten.transpose_int(k, -2, -1));
            if (attn_mask is not null)
            {
                scores = Masked(scores, attn_mask);
            }
            var sources = k.shape[1];
            if (key_padding_mask is not null)
            {
                var mask = Aten.view(key_padding_mask, [batch, 1, 1, sources]);
                scores = Aten.view(
                    Masked(Aten.view(scores, [batch, _heads, length, sources]), mask),
                    [batch * _heads, length, sources]
                );
            }
            var weights = Aten.softmax_int(scores, -1);
            if (_dropout > 0 && training)
            {
                weights = Aten.dropout(weights, _dropout, true);
            }
            var output = Out(Aten.bmm(weights, v), length, batch);
            var mean = need_weights ? Aten.mean_dim(Aten.view(weights, [batch, _heads, length, sources]), [1]) : null;
            scope.MoveToOuter(output);
            if (mean is not null)
            {
                scope.MoveToOuter(mean);
            }
            return Tuple.Create(output, mean);
        }

        /// <summary>[B heads, L, E / heads] through the output projection: [L, B, E].</summary>
        private Tensor Out(Tensor mixed, long length, long batch) =>
            _out.call(Aten.reshape(Aten.transpose_int(mixed, 0, 1), [length, batch, _width]));

        private (Tensor Query, Tensor Key, Tensor Value) Project(Tensor query, Tensor key, Tensor value)
        {
            if (_packed is not null && ReferenceEquals(query, key) && ReferenceEquals(key, value))
            {
                var parts = Aten.chunk(Aten.linear(query, _packed, _bias), 3, -1);
                return (parts[0], parts[1], parts[2]);
            }
            var weights = _packed is not null ? Aten.chunk(_packed, 3) : [_query!, _key!, _value!];
            var biases = _bias is not null ? Aten.chunk(_bias, 3) : null;
            return (
                Aten.linear(query, weights[0], biases?[0]),
                Aten.linear(key, weights[1], biases?[1]),
                Aten.linear(value, weights[2], biases?[2])
            );
        }

        /// <summary>[L, B, E] as [B heads, L, E / heads].</summary>
        private Tensor Heads(Tensor x, long length, long batch, long head) =>
            Aten.transpose_int(Aten.reshape(Aten.contiguous(x), [length, batch * _heads, head]), 0, 1);

        private static Tensor Masked(Tensor scores, Tensor mask) =>
            mask.dtype is ScalarType.Bool or ScalarType.Byte
                ? Aten.masked_fill_Scalar(
                    scores,
                    mask.dtype == ScalarType.Bool ? mask : Aten.to_dtype(mask, ScalarType.Bool),
                    double.NegativeInfinity
                )
                : Aten.add_Tensor(scores, mask);

        private static Tensor? Widen(Tensor? mask) => mask is null ? null : Aten.pad(mask, [0, 1]);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Attention of several heads over [L, B, E].</summary>
            public static MultiheadAttention MultiheadAttention(
                long embedded_dim,
                long num_heads,
                double dropout = 0.0,
                bool bias = true,
                bool add_bias_kv = false,
                bool add_zero_attn = false,
                long? kdim = null,
                long? vdim = null
            ) => new(embedded_dim, num_heads, dropout, bias, add_bias_kv, add_zero_attn, kdim, vdim);
        }
    }
}

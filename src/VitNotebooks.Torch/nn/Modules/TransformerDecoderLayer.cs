using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>
    /// Attention to the target, attention to the encoder's output and a two-layer network, each added to its input and
    /// normalized after (arXiv 1706.03762).
    /// </summary>
    public sealed class TransformerDecoderLayer : Module<Tensor, Tensor, Tensor?, Tensor?, Tensor?, Tensor?, Tensor>
    {
        private readonly MultiheadAttention _attention;
        private readonly MultiheadAttention _crossAttention;
        private readonly Linear _linear1;
        private readonly Dropout _dropout;
        private readonly Linear _linear2;
        private readonly LayerNorm _norm1;
        private readonly LayerNorm _norm2;
        private readonly LayerNorm _norm3;
        private readonly Dropout _dropout1;
        private readonly Dropout _dropout2;
        private readonly Dropout _dropout3;

        internal TransformerDecoderLayer(TransformerLayerOptions options)
            : base(nameof(TransformerDecoderLayer))
        {
            Configuration = options;
            var (width, heads, hidden, dropout, _) = options;
            register_module("self_attn", _attention = MultiheadAttention(width, heads, dropout));
            register_module("multihead_attn", _crossAttention = MultiheadAttention(width, heads, dropout));
            register_module("linear1", _linear1 = Linear(width, hidden));
            register_module("dropout", _dropout = Dropout(dropout));
            register_module("linear2", _linear2 = Linear(hidden, width));
            register_module("norm1", _norm1 = LayerNorm(width));
            register_module("norm2", _norm2 = LayerNorm(width));
            register_module("norm3", _norm3 = LayerNorm(width));
            register_module("dropout1", _dropout1 = Dropout(dropout));
            register_module("dropout2", _dropout2 = Dropout(dropout));
            register_module("dropout3", _dropout3 = Dropout(dropout));
        }

        /// <summary>What it was built from, for the decoder that repeats it.</summary>
        internal TransformerLayerOptions Configuration { get; }

        public Tensor call(Tensor tgt, Tensor memory) => base.call(tgt, memory, null, null, null, null);

        public new Tensor call(
            Tensor tgt,
            Tensor memory,
            Tensor? tgt_mask,
            Tensor? memory_mask = null,
            Tensor? tgt_key_padding_mask = null,
            Tensor? memory_key_padding_mask = null
        ) => base.call(tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask);

        /// <param name="tgt">[T, B, E]</param>
        /// <param name="memory">What the encoder made, [S, B, E].</param>
        /// <param name="tgt_mask">[T, T], as in <see cref="MultiheadAttention"/>.</param>
        /// <param name="memory_mask">[T, S], as in <see cref="MultiheadAttention"/>.</param>
        /// <param name="tgt_key_padding_mask">[B, T], as in <see cref="MultiheadAttention"/>.</param>
        /// <param name="memory_key_padding_mask">[B, S], as in <see cref="MultiheadAttention"/>.</param>
        public override Tensor forward(
            Tensor tgt,
            Tensor memory,
            Tensor? tgt_mask,
            Tensor? memory_mask,
            Tensor? tgt_key_padding_mask,
            Tensor? memory_key_padding_mask
        )
        {
            var (own, _) = _attention.call(tgt, tgt, tgt, tgt_key_padding_mask, need_weights: false, tgt_mask);
            var x = _norm1.call(Aten.add_Tensor(tgt, _dropout1.call(own)));
            var (crossed, _) = _crossAttention.call(
                x,
                memory,
                memory,
                memory_key_padding_mask,
                need_weights: false,
                memory_mask
            );
            x = _norm2.call(Aten.add_Tensor(x, _dropout2.call(crossed)));
            var hidden = _dropout.call(Configuration.Activate(_linear1.call(x)));
            return _norm3.call(Aten.add_Tensor(x, _dropout3.call(_linear2.call(hidden))));
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Attention to [T, B, E], attention to the encoder's [S, B, E] and a two-layer network.</summary>
            public static TransformerDecoderLayer TransformerDecoderLayer(
                long d_model = 512,
                long nhead = 8,
                long dim_feedforward = 2048,
                double dropout = 0.1,
                Activations activation = Activations.ReLU
            ) => new(new(d_model, nhead, dim_feedforward, dropout, activation));
        }
    }
}

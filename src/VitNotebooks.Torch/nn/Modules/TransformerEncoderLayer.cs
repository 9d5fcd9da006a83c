using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>
    /// Attention and a two-layer network, each added to its input and normalized after (arXiv 1706.03762), over [L, B, E].
    /// </summary>
    public sealed class TransformerEncoderLayer : Module<Tensor, Tensor>
    {
        private readonly MultiheadAttention _attention;
        private readonly Linear _linear1;
        private readonly Dropout _dropout;
        private readonly Linear _linear2;
        private readonly LayerNorm _norm1;
        private readonly LayerNorm _norm2;
        private readonly Dropout _dropout1;
        private readonly Dropout _dropout2;

        internal TransformerEncoderLayer(TransformerLayerOptions options)
            : base(nameof(TransformerEncoderLayer))
        {
            Configuration = options;
            var (d_model, nhead, dim_feedforward, dropout, _) = options;
            register_module("self_attn", _attention = MultiheadAttention(d_model, nhead, dropout));
            register_module("linear1", _linear1 = Linear(d_model, dim_feedforward));
            register_module("dropout", _dropout = Dropout(dropout));
            register_module("linear2", _linear2 = Linear(dim_feedforward, d_model));
            register_module("norm1", _norm1 = LayerNorm(d_model));
            register_module("norm2", _norm2 = LayerNorm(d_model));
            register_module("dropout1", _dropout1 = Dropout(dropout));
            register_module("dropout2", _dropout2 = Dropout(dropout));
        }

        /// <summary>What it was built from, for the encoder that repeats it.</summary>
        internal TransformerLayerOptions Configuration { get; }

        public override Tensor forward(Tensor src) => Run(src, null, null);

        /// <param name="src">[L, B, E]</param>
        /// <param name="src_mask">[L, L], as in <see cref="MultiheadAttention"/>.</param>
        public Tensor call(Tensor src, Tensor? src_mask) => call(src, src_mask, null);

        /// <param name="src">[L, B, E]</param>
        /// <param name="src_mask">[L, L], as in <see cref="MultiheadAttention"/>.</param>
        /// <param name="src_key_padding_mask">[B, L], as in <see cref="MultiheadAttention"/>.</param>
        public Tensor call(Tensor src, Tensor? src_mask, Tensor? src_key_padding_mask)
        {
            using var scope = NewDisposeScope();
            return scope.MoveToOuter(Run(src, src_mask, src_key_padding_mask));
        }

        private Tensor Run(Tensor src, Tensor? mask, Tensor? paddingMask)
        {
            var (attended, _) = _attention.call(src, src, src, paddingMask, need_weights: false, attn_mask: mask);
            var x = _norm1.call(Dispatch.Aten.add_Tensor(src, _dropout1.call(attended)));
            var hidden = _dropout.call(Configuration.Activate(_linear1.call(x)));
            var fed = _dropout2.call(_linear2.call(hidden));
            return _norm2.call(Dispatch.Aten.add_Tensor(x, fed));
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Attention and a two-layer network over [L, B, E].</summary>
            public static TransformerEncoderLayer TransformerEncoderLayer(
                long d_model = 512,
                long nhead = 8,
                long dim_feedforward = 2048,
                double dropout = 0.1,
                Activations activation = Activations.ReLU
            ) => new(new(d_model, nhead, dim_feedforward, dropout, activation));
        }
    }
}

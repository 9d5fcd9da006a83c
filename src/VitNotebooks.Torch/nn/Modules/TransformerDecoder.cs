using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>
    /// Several decoder layers one after the other, all starting with the values of the layer that was given, as PyTorch's do.
    /// </summary>
    public sealed class TransformerDecoder : Module<Tensor, Tensor, Tensor?, Tensor?, Tensor?, Tensor?, Tensor>
    {
        private readonly ModuleList<TransformerDecoderLayer> _layers;
        private readonly LayerNorm? _norm;

        internal TransformerDecoder(TransformerDecoderLayer decoder_layer, long num_layers, LayerNorm? norm = null)
            : base(nameof(TransformerDecoder))
        {
            _layers = LayerCopies.Of(decoder_layer, num_layers, () => new(decoder_layer.Configuration));
            register_module("layers", _layers);
            register_module("norm", _norm = norm);
        }

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
            Tensor? memory_mask = null,
            Tensor? tgt_key_padding_mask = null,
            Tensor? memory_key_padding_mask = null
        )
        {
            var x = LayerCopies.Chain(
                _layers,
                tgt,
                (layer, x) =>
                    layer.call(x, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask)
            );
            return _norm is null ? x : _norm.call(x);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Several decoder layers that start as copies of one.</summary>
            public static TransformerDecoder TransformerDecoder(
                TransformerDecoderLayer decoder_layer,
                long num_layers
            ) => new(decoder_layer, num_layers);
        }
    }
}

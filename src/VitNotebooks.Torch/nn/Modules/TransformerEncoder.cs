using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>
    /// Several encoder layers one after the other, all starting with the values of the layer that was given, as PyTorch's do.
    /// </summary>
    public sealed class TransformerEncoder : Module<Tensor, Tensor?, Tensor?, Tensor>
    {
        /// <summary>The activation inside the layers.</summary>
        public enum Activations
        {
            ReLU = 0,
            GELU = 1,
        }

        private readonly ModuleList<TransformerEncoderLayer> _layers;
        private readonly LayerNorm? _norm;

        internal TransformerEncoder(TransformerEncoderLayer encoder_layer, long num_layers, LayerNorm? norm = null)
            : base(nameof(TransformerEncoder))
        {
            _layers = LayerCopies.Of(encoder_layer, num_layers, () => new(encoder_layer.Configuration));
            register_module("layers", _layers);
            register_module("norm", _norm = norm);
        }

        public Tensor call(Tensor src) => base.call(src, null, null);

        public Tensor call(Tensor src, Tensor? src_mask) => base.call(src, src_mask, null);

        /// <param name="src">[L, B, E]</param>
        /// <param name="src_mask">[L, L], as in <see cref="MultiheadAttention"/>.</param>
        /// <param name="src_key_padding_mask">[B, L], as in <see cref="MultiheadAttention"/>.</param>
        public override Tensor forward(Tensor src, Tensor? src_mask, Tensor? src_key_padding_mask)
        {
            var x = LayerCopies.Chain(_layers, src, (layer, x) => layer.call(x, src_mask, src_key_padding_mask));
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
            /// <summary>Several encoder layers that start as copies of one.</summary>
            public static TransformerEncoder TransformerEncoder(
                TransformerEncoderLayer encoder_layer,
                long num_layers
            ) => new(encoder_layer, num_layers);
        }
    }
}

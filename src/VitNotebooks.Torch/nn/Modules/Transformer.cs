using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Encoder and decoder (arXiv 1706.03762), each with a normalization at its end: [S, B, E] and [T, B, E] become [T, B, E].</summary>
    /// <remarks>As in PyTorch every matrix starts with Xavier's uniform distribution.</remarks>
    public sealed class Transformer : Module<Tensor, Tensor, Tensor>
    {
        private readonly TransformerEncoder _encoder;
        private readonly TransformerDecoder _decoder;

        internal Transformer(TransformerLayerOptions options, long num_encoder_layers, long num_decoder_layers)
            : base(nameof(Transformer))
        {
            using (var layer = new TransformerEncoderLayer(options))
            {
                register_module("encoder", _encoder = new(layer, num_encoder_layers, LayerNorm(options.Width)));
            }
            using (var layer = new TransformerDecoderLayer(options))
            {
                register_module("decoder", _decoder = new(layer, num_decoder_layers, LayerNorm(options.Width)));
            }
            foreach (var parameter in parameters())
            {
                if (parameter.shape.Length > 1)
                {
                    init.xavier_uniform_(parameter);
                }
            }
        }

        /// <param name="src">[S, B, E]</param>
        /// <param name="tgt">[T, B, E]</param>
        /// <param name="src_mask">[S, S], as in <see cref="MultiheadAttention"/>, and so are the others.</param>
        /// <param name="tgt_mask">[T, T]</param>
        /// <param name="memory_mask">[T, S]</param>
        /// <param name="src_key_padding_mask">[B, S]</param>
        /// <param name="tgt_key_padding_mask">[B, T]</param>
        /// <param name="memory_key_padding_mask">[B, S]</param>
        public Tensor call(
            Tensor src,
            Tensor tgt,
            Tensor? src_mask,
            Tensor? tgt_mask = null,
            Tensor? memory_mask = null,
            Tensor? src_key_padding_mask = null,
            Tensor? tgt_key_padding_mask = null,
            Tensor? memory_key_padding_mask = null
        )
        {
            ArgumentNullException.ThrowIfNull(src);
            ArgumentNullException.ThrowIfNull(tgt);
            var (source, target) = (src.shape, tgt.shape);
            if (source.Length != 3 || target.Length != 3 || source[1] != target[1])
            {
                throw new ArgumentException(
                    $"Transformer: expected a source [S, B, E] and a target [T, B, E] of the same batch, got [{string.Join(", ", source)}] and [{string.Join(", ", target)}].",
                    nameof(tgt)
                );
            }
            using var scope = NewDisposeScope();
            var memory = _encoder.call(src, src_mask, src_key_padding_mask);
            return scope.MoveToOuter(
                _decoder.call(tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask)
            );
        }

        public override Tensor forward(Tensor src, Tensor tgt) => call(src, tgt, null);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Encoder and decoder over [S, B, E] and [T, B, E].</summary>
            public static Transformer Transformer(
                long d_model = 512,
                long nhead = 8,
                long num_encoder_layers = 6,
                long num_decoder_layers = 6,
                long dim_feedforward = 2048,
                double dropout = 0.1,
                Activations activation = Activations.ReLU
            ) => new(new(d_model, nhead, dim_feedforward, dropout, activation), num_encoder_layers, num_decoder_layers);
        }
    }
}

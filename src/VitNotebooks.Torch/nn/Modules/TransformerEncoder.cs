using System.Globalization;
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

        internal TransformerEncoder(TransformerEncoderLayer encoder_layer, long num_layers)
            : base(nameof(TransformerEncoder))
        {
            var (width, heads, hidden, dropout, activation) = encoder_layer.Configuration;
            var state = encoder_layer.state_dict();
            // Drawing the copies' own initial values, only to overwrite them, must not move the user's generator.
            using var untouched = KeepGenerator();
            var layers = new List<TransformerEncoderLayer>();
            for (var i = 0L; i < num_layers; i++)
            {
                var layer = new TransformerEncoderLayer(width, heads, hidden, dropout, activation);
                layer._to(state["norm1.weight"], non_blocking: false);
                layer.load_state_dict(state);
                layers.Add(layer);
            }
            register_module("layers", _layers = new ModuleList<TransformerEncoderLayer>([.. layers]));
        }

        private static GeneratorRestorer KeepGenerator() => new();

        private sealed class GeneratorRestorer : IDisposable
        {
            private readonly Tensor _state = Generator.Default.get_state().DetachFromDisposeScope();

            public void Dispose()
            {
                Generator.Default.set_state(_state);
                _state.Dispose();
            }
        }

        public Tensor call(Tensor src) => base.call(src, null, null);

        public Tensor call(Tensor src, Tensor? src_mask) => base.call(src, src_mask, null);

        /// <param name="src">[L, B, E]</param>
        /// <param name="src_mask">[L, L], as in <see cref="MultiheadAttention"/>.</param>
        /// <param name="src_key_padding_mask">[B, L], as in <see cref="MultiheadAttention"/>.</param>
        public override Tensor forward(Tensor src, Tensor? src_mask, Tensor? src_key_padding_mask)
        {
            var scope = DisposeScope.Current;
            var x = src;
            foreach (var layer in _layers)
            {
                var next = layer.call(x, src_mask, src_key_padding_mask);
                if (!ReferenceEquals(x, src) && x.Scope == scope)
                {
                    x.Dispose();
                }
                x = next;
            }
            return x;
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

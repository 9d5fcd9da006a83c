using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Long short-term memory: [L, B, E] becomes [L, B, hidden], with the last states beside it.</summary>
    public sealed class LSTM : Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor, Tensor)>
    {
        private readonly RecurrentWeights _weights;
        private readonly long _layers;
        private readonly bool _bias;
        private readonly bool _batchFirst;
        private readonly double _dropout;
        private readonly bool _bidirectional;

        internal LSTM(
            long inputSize,
            long hiddenSize,
            long numLayers,
            bool bias,
            bool batchFirst,
            double dropout,
            bool bidirectional,
            Device? device,
            ScalarType? dtype
        )
            : base(nameof(LSTM))
        {
            (_layers, _bias, _batchFirst) = (numLayers, bias, batchFirst);
            (_dropout, _bidirectional) = (dropout, bidirectional);
            _weights = new RecurrentWeights(
                nameof(LSTM),
                register_parameter,
                4,
                inputSize,
                hiddenSize,
                numLayers,
                bias,
                batchFirst,
                bidirectional,
                device,
                dtype
            );
        }

        /// <summary>Does nothing: the weights are used where they lie.</summary>
        public void flatten_parameters() { }

        public new (Tensor, Tensor, Tensor) call(Tensor input, (Tensor, Tensor)? h0_c0 = null) =>
            base.call(input, h0_c0);

        /// <param name="input">[L, B, E], or [B, L, E] with the batch first.</param>
        /// <param name="h0_c0">The first states [layers directions, B, hidden]; zeros by default.</param>
        public override (Tensor, Tensor, Tensor) forward(Tensor input, (Tensor, Tensor)? h0_c0 = null)
        {
            using var scope = NewDisposeScope();
            var (hidden, cell) = h0_c0 ?? (_weights.ZeroState(input), _weights.ZeroState(input));
            var (output, h, c) = Aten.lstm_input(
                input,
                [hidden, cell],
                _weights.All,
                _bias,
                _layers,
                _dropout,
                training,
                _bidirectional,
                _batchFirst
            );
            return scope.MoveToOuter(output, h, c);
        }

        /// <summary>Runs over sequences of different lengths; the states are in the order in which the sequences were given.</summary>
        public (nn.utils.rnn.PackedSequence, Tensor, Tensor) call(
            nn.utils.rnn.PackedSequence input,
            (Tensor, Tensor)? h0_c0 = null
        )
        {
            using var scope = NewDisposeScope();
            var first = h0_c0 is var (hidden, cell)
                ? (
                    RecurrentWeights.Ordered(hidden, input.sorted_indices),
                    RecurrentWeights.Ordered(cell, input.sorted_indices)
                )
                : (_weights.ZeroState(input), _weights.ZeroState(input));
            var (data, h, c) = Aten.lstm_data(
                input.data,
                input.batch_sizes,
                [first.Item1, first.Item2],
                _weights.All,
                _bias,
                _layers,
                _dropout,
                training,
                _bidirectional
            );
            return scope.MoveToOuter(
                input.With(data),
                RecurrentWeights.Ordered(h, input.unsorted_indices),
                RecurrentWeights.Ordered(c, input.unsorted_indices)
            );
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Long short-term memory over [L, B, E].</summary>
            public static LSTM LSTM(
                long inputSize,
                long hiddenSize,
                long numLayers = 1,
                bool bias = true,
                bool batchFirst = false,
                double dropout = 0.0,
                bool bidirectional = false,
                Device? device = null,
                ScalarType? dtype = null
            ) => new(inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, device, dtype);
        }
    }
}

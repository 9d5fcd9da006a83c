using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Gated recurrent units (arXiv 1406.1078): [L, B, E] becomes [L, B, hidden], with the last state beside it.</summary>
    public sealed class GRU : Module<Tensor, Tensor?, (Tensor, Tensor)>
    {
        private readonly RecurrentWeights _weights;
        private readonly long _layers;
        private readonly bool _bias;
        private readonly bool _batchFirst;
        private readonly double _dropout;
        private readonly bool _bidirectional;

        internal GRU(
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
            : base(nameof(GRU))
        {
            (_layers, _bias, _batchFirst) = (numLayers, bias, batchFirst);
            (_dropout, _bidirectional) = (dropout, bidirectional);
            _weights = new RecurrentWeights(
                nameof(GRU),
                register_parameter,
                3,
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

        public new (Tensor, Tensor) call(Tensor input, Tensor? h0 = null) => base.call(input, h0);

        /// <param name="input">[L, B, E], or [B, L, E] with the batch first.</param>
        /// <param name="h0">The first state [layers directions, B, hidden]; zeros by default.</param>
        public override (Tensor, Tensor) forward(Tensor input, Tensor? h0 = null)
        {
            using var scope = NewDisposeScope();
            var (output, h) = Aten.gru_input(
                input,
                h0 ?? _weights.ZeroState(input),
                _weights.All,
                _bias,
                _layers,
                _dropout,
                training,
                _bidirectional,
                _batchFirst
            );
            return scope.MoveToOuter(output, h);
        }

        /// <summary>Runs over sequences of different lengths; the states are in the order in which the sequences were given.</summary>
        public (nn.utils.rnn.PackedSequence, Tensor) call(nn.utils.rnn.PackedSequence input, Tensor? h0 = null)
        {
            using var scope = NewDisposeScope();
            var first = h0 is null ? _weights.ZeroState(input) : RecurrentWeights.Ordered(h0, input.sorted_indices);
            var (data, h) = Aten.gru_data(
                input.data,
                input.batch_sizes,
                first,
                _weights.All,
                _bias,
                _layers,
                _dropout,
                training,
                _bidirectional
            );
            var last = RecurrentWeights.Ordered(h, input.unsorted_indices);
            return scope.MoveToOuter(input.With(data), last);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Gated recurrent units over [L, B, E].</summary>
            public static GRU GRU(
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

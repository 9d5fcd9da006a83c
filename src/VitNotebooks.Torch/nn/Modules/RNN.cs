using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Plain recurrent layers: [L, B, E] becomes [L, B, hidden], with the last state beside it.</summary>
    public sealed class RNN : Module<Tensor, Tensor?, (Tensor, Tensor)>
    {
        private readonly RecurrentWeights _weights;
        private readonly NonLinearities _nonLinearity;
        private readonly long _layers;
        private readonly bool _bias;
        private readonly bool _batchFirst;
        private readonly double _dropout;
        private readonly bool _bidirectional;

        internal RNN(
            long inputSize,
            long hiddenSize,
            long numLayers,
            NonLinearities nonLinearity,
            bool bias,
            bool batchFirst,
            double dropout,
            bool bidirectional,
            Device? device,
            ScalarType? dtype
        )
            : base(nameof(RNN))
        {
            (_layers, _nonLinearity, _bias, _batchFirst) = (numLayers, nonLinearity, bias, batchFirst);
            (_dropout, _bidirectional) = (dropout, bidirectional);
            _weights = new RecurrentWeights(
                nameof(RNN),
                register_parameter,
                1,
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

        /// <summary>[hidden, E or hidden directions] of a layer and direction, counted layer by layer.</summary>
        public Parameter? get_weight_ih(long idx) => _weights.Get(idx, 0);

        /// <summary>[hidden, hidden] of a layer and direction, counted layer by layer.</summary>
        public Parameter? get_weight_hh(long idx) => _weights.Get(idx, 1);

        /// <summary>[hidden] of a layer and direction, counted layer by layer; null without biases.</summary>
        public Parameter? get_bias_ih(long idx) => _weights.Get(idx, 2);

        /// <summary>[hidden] of a layer and direction, counted layer by layer; null without biases.</summary>
        public Parameter? get_bias_hh(long idx) => _weights.Get(idx, 3);

        public new (Tensor, Tensor) call(Tensor input, Tensor? h0 = null) => base.call(input, h0);

        /// <param name="input">[L, B, E], or [B, L, E] with the batch first.</param>
        /// <param name="h0">The first state [layers directions, B, hidden]; zeros where it is null.</param>
        public override (Tensor, Tensor) forward(Tensor input, Tensor? h0)
        {
            using var scope = NewDisposeScope();
            var first = h0 ?? _weights.ZeroState(input);
            var (output, h) =
                _nonLinearity == NonLinearities.ReLU
                    ? Aten.rnn_relu_input(
                        input,
                        first,
                        _weights.All,
                        _bias,
                        _layers,
                        _dropout,
                        training,
                        _bidirectional,
                        _batchFirst
                    )
                    : Aten.rnn_tanh_input(
                        input,
                        first,
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
            var (data, h) =
                _nonLinearity == NonLinearities.ReLU
                    ? Aten.rnn_relu_data(
                        input.data,
                        input.batch_sizes,
                        first,
                        _weights.All,
                        _bias,
                        _layers,
                        _dropout,
                        training,
                        _bidirectional
                    )
                    : Aten.rnn_tanh_data(
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
            /// <summary>Plain recurrent layers over [L, B, E].</summary>
            public static RNN RNN(
                long inputSize,
                long hiddenSize,
                long numLayers = 1,
                NonLinearities nonLinearity = NonLinearities.Tanh,
                bool bias = true,
                bool batchFirst = false,
                double dropout = 0.0,
                bool bidirectional = false,
                Device? device = null,
                ScalarType? dtype = null
            ) =>
                new(
                    inputSize,
                    hiddenSize,
                    numLayers,
                    nonLinearity,
                    bias,
                    batchFirst,
                    dropout,
                    bidirectional,
                    device,
                    dtype
                );
        }
    }
}

using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>One step of a plain recurrent network.</summary>
    public sealed class RNNCell : Module<Tensor, Tensor?, Tensor>
    {
        private readonly CellWeights _weights;
        private readonly NonLinearities _nonLinearity;

        internal RNNCell(
            long inputSize,
            long hiddenSize,
            NonLinearities nonLinearity,
            bool bias,
            Device? device,
            ScalarType? dtype
        )
            : base(nameof(RNNCell))
        {
            _nonLinearity = nonLinearity;
            _weights = new CellWeights(
                nameof(RNNCell),
                register_parameter,
                1,
                inputSize,
                hiddenSize,
                bias,
                device,
                dtype
            );
        }

        /// <summary>[hidden, E]</summary>
        public Parameter weight_ih
        {
            get => _weights.Input;
            set =>
                ReplaceParameter("weight_ih", _weights.Input = value ?? throw new ArgumentNullException(nameof(value)));
        }

        /// <summary>[hidden, hidden]</summary>
        public Parameter weight_hh
        {
            get => _weights.Hidden;
            set =>
                ReplaceParameter(
                    "weight_hh",
                    _weights.Hidden = value ?? throw new ArgumentNullException(nameof(value))
                );
        }

        /// <summary>[hidden], or null.</summary>
        public Parameter? bias_ih
        {
            get => _weights.InputBias;
            set => ReplaceParameter("bias_ih", _weights.InputBias = value);
        }

        /// <summary>[hidden], or null.</summary>
        public Parameter? bias_hh
        {
            get => _weights.HiddenBias;
            set => ReplaceParameter("bias_hh", _weights.HiddenBias = value);
        }

        /// <param name="input">[B, E] or [E]</param>
        /// <param name="h0">The state before, [B, hidden] or [hidden]; zeros by default.</param>
        public override Tensor forward(Tensor input, Tensor? h0 = null)
        {
            using var scope = NewDisposeScope();
            var (batch, states) = _weights.Batched(input, h0);
            var next =
                _nonLinearity == NonLinearities.ReLU
                    ? Aten.rnn_relu_cell(
                        batch,
                        states[0],
                        _weights.Input,
                        _weights.Hidden,
                        _weights.InputBias,
                        _weights.HiddenBias
                    )
                    : Aten.rnn_tanh_cell(
                        batch,
                        states[0],
                        _weights.Input,
                        _weights.Hidden,
                        _weights.InputBias,
                        _weights.HiddenBias
                    );
            return scope.MoveToOuter(CellWeights.LikeInput(next, input));
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>One step of a plain recurrent network.</summary>
            public static RNNCell RNNCell(
                long inputSize,
                long hiddenSize,
                NonLinearities nonLinearity = NonLinearities.Tanh,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null
            ) => new(inputSize, hiddenSize, nonLinearity, bias, device, dtype);
        }
    }
}

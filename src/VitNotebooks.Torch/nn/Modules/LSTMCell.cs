using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>One step of long short-term memory.</summary>
    public sealed class LSTMCell : Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor)>
    {
        private readonly CellWeights _weights;

        internal LSTMCell(long inputSize, long hiddenSize, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(LSTMCell))
        {
            _weights = new CellWeights(
                nameof(LSTMCell),
                register_parameter,
                4,
                inputSize,
                hiddenSize,
                bias,
                device,
                dtype
            );
        }

        /// <summary>[4 hidden, E]</summary>
        public Parameter weight_ih
        {
            get => _weights.Input;
            set =>
                ReplaceParameter("weight_ih", _weights.Input = value ?? throw new ArgumentNullException(nameof(value)));
        }

        /// <summary>[4 hidden, hidden]</summary>
        public Parameter weight_hh
        {
            get => _weights.Hidden;
            set =>
                ReplaceParameter(
                    "weight_hh",
                    _weights.Hidden = value ?? throw new ArgumentNullException(nameof(value))
                );
        }

        /// <summary>[4 hidden], or null.</summary>
        public Parameter? bias_ih
        {
            get => _weights.InputBias;
            set => ReplaceParameter("bias_ih", _weights.InputBias = value);
        }

        /// <summary>[4 hidden], or null.</summary>
        public Parameter? bias_hh
        {
            get => _weights.HiddenBias;
            set => ReplaceParameter("bias_hh", _weights.HiddenBias = value);
        }

        public new (Tensor, Tensor) call(Tensor input, (Tensor, Tensor)? h0_c0 = null) => base.call(input, h0_c0);

        /// <param name="input">[B, E] or [E]</param>
        /// <param name="h0_c0">The states before, each [B, hidden] or [hidden]; zeros by default.</param>
        public override (Tensor, Tensor) forward(Tensor input, (Tensor, Tensor)? h0_c0)
        {
            using var scope = NewDisposeScope();
            var (batch, states) = _weights.Batched(input, h0_c0?.Item1, h0_c0?.Item2);
            var (h, c) = Aten.lstm_cell(
                batch,
                states,
                _weights.Input,
                _weights.Hidden,
                _weights.InputBias,
                _weights.HiddenBias
            );
            return scope.MoveToOuter(CellWeights.LikeInput(h, input), CellWeights.LikeInput(c, input));
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>One step of long short-term memory.</summary>
            public static LSTMCell LSTMCell(
                long inputSize,
                long hiddenSize,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null
            ) => new(inputSize, hiddenSize, bias, device, dtype);
        }
    }
}

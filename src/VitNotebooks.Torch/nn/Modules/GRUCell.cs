using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>One step of gated recurrent units.</summary>
    public sealed class GRUCell : Module<Tensor, Tensor?, Tensor>
    {
        private readonly CellWeights _weights;

        internal GRUCell(long inputSize, long hiddenSize, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(GRUCell))
        {
            _weights = new CellWeights(
                nameof(GRUCell),
                register_parameter,
                3,
                inputSize,
                hiddenSize,
                bias,
                device,
                dtype
            );
        }

        /// <summary>[3 hidden, E]</summary>
        public Parameter weight_ih
        {
            get => _weights.Input;
            set =>
                ReplaceParameter("weight_ih", _weights.Input = value ?? throw new ArgumentNullException(nameof(value)));
        }

        /// <summary>[3 hidden, hidden]</summary>
        public Parameter weight_hh
        {
            get => _weights.Hidden;
            set =>
                ReplaceParameter(
                    "weight_hh",
                    _weights.Hidden = value ?? throw new ArgumentNullException(nameof(value))
                );
        }

        /// <summary>[3 hidden], or null.</summary>
        public Parameter? bias_ih
        {
            get => _weights.InputBias;
            set => ReplaceParameter("bias_ih", _weights.InputBias = value);
        }

        /// <summary>[3 hidden], or null.</summary>
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
            var next = Aten.gru_cell(
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
            /// <summary>One step of gated recurrent units.</summary>
            public static GRUCell GRUCell(
                long inputSize,
                long hiddenSize,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null
            ) => new(inputSize, hiddenSize, bias, device, dtype);
        }
    }
}

using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>x [.., in] times weight^T plus bias: [.., out].</summary>
    /// <remarks>Initialized like PyTorch's: weight and bias uniform within 1 / sqrt(in), drawn in this order.</remarks>
    public sealed class Linear : Module<Tensor, Tensor>
    {
        private Parameter _weight;
        private Parameter? _bias;

        internal Linear(Parameter weight, Parameter? bias)
            : base(nameof(Linear))
        {
            if (weight.shape.Length != 2)
            {
                throw new ArgumentException(
                    $"Linear: the weight must be [out, in], got [{string.Join(", ", weight.shape)}].",
                    nameof(weight)
                );
            }
            (out_features, in_features) = (weight.shape[0], weight.shape[1]);
            _weight = weight;
            _bias = bias;
            register_parameter("weight", weight);
            if (bias is not null)
            {
                register_parameter("bias", bias);
            }
        }

        internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype)
            : this(
                new Parameter(
                    Aten.empty_memory_format(
                        [outputSize, inputSize],
                        dtype: dtype ?? get_default_dtype(),
                        device: device ?? get_default_device()
                    )
                ),
                hasBias
                    ? new Parameter(
                        Aten.empty_memory_format(
                            [outputSize],
                            dtype: dtype ?? get_default_dtype(),
                            device: device ?? get_default_device()
                        )
                    )
                    : null
            ) => reset_parameters();

        /// <summary>[out, in]</summary>
        public Parameter weight
        {
            get => _weight;
            set => ReplaceParameter("weight", _weight = value ?? throw new ArgumentNullException(nameof(value)));
        }

        /// <summary>[out], or null.</summary>
        public Parameter? bias
        {
            get => _bias;
            set => ReplaceParameter("bias", _bias = value);
        }

        public long in_features { get; set; }

        public long out_features { get; set; }

        private protected override bool NeedsScope => false;

        private void reset_parameters() => init.ResetLinear(_weight, _bias);

        public override Tensor forward(Tensor tensor) => Aten.linear(tensor, _weight, _bias);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>x [.., in] times weight^T plus bias: [.., out].</summary>
            public static Linear Linear(
                long inputSize,
                long outputSize,
                bool hasBias = true,
                Device? device = null,
                ScalarType? dtype = null
            ) => new(inputSize, outputSize, hasBias, device, dtype);

            /// <summary>A linear layer over given parameters.</summary>
            public static Linear Linear(Parameter weight, Parameter? bias = null) => new(weight, bias);
        }
    }
}

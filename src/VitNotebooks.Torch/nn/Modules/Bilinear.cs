using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>x1^T W x2 + b for each output: [.., in1] and [.., in2] become [.., out].</summary>
    /// <remarks>Initialized like PyTorch's: weight and bias uniform within 1 / sqrt(in1), drawn in this order.</remarks>
    public sealed class Bilinear : Module<Tensor, Tensor, Tensor>
    {
        private Parameter _weight;
        private Parameter? _bias;

        internal Bilinear(
            long in1_features,
            long in2_features,
            long out_features,
            bool hasBias,
            Device? device,
            ScalarType? dtype
        )
            : base(nameof(Bilinear))
        {
            if (in1_features <= 0)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(in1_features),
                    in1_features,
                    "Bilinear: the first input's width must be above 0."
                );
            }
            this.in1_features = in1_features;
            this.in2_features = in2_features;
            this.out_features = out_features;
            var bound = 1 / Math.Sqrt(in1_features);
            Parameter Drawn(params ReadOnlySpan<long> shape)
            {
                var parameter = new Parameter(
                    Aten.empty_memory_format(
                        shape,
                        dtype: dtype ?? get_default_dtype(),
                        device: device ?? get_default_device()
                    )
                );
                init.uniform_(parameter, -bound, bound);
                return parameter;
            }
            register_parameter("weight", _weight = Drawn(out_features, in1_features, in2_features));
            if (hasBias)
            {
                register_parameter("bias", _bias = Drawn(out_features));
            }
        }

        /// <summary>[out, in1, in2]</summary>
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

        public long in1_features { get; set; }

        public long in2_features { get; set; }

        public long out_features { get; set; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor input1, Tensor input2) =>
            functional.bilinear(input1, input2, _weight, _bias);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>x1^T W x2 + b for each output: [.., in1] and [.., in2] become [.., out].</summary>
            public static Bilinear Bilinear(
                long in1_features,
                long in2_features,
                long out_features,
                bool hasBias = true,
                Device? device = null,
                ScalarType? dtype = null
            ) => new(in1_features, in2_features, out_features, hasBias, device, dtype);
        }
    }
}

using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Normalizes over the last dimensions (arXiv 1607.06450).</summary>
    public sealed class LayerNorm : Module<Tensor, Tensor>
    {
        private Parameter? _weight;
        private Parameter? _bias;

        internal LayerNorm(
            long[] normalized_shape,
            double eps,
            bool elementwise_affine,
            bool bias,
            Device? device,
            ScalarType? dtype
        )
            : base(nameof(LayerNorm))
        {
            this.normalized_shape = normalized_shape;
            this.eps = eps;
            this.elementwise_affine = elementwise_affine;
            if (elementwise_affine)
            {
                register_parameter(
                    "weight",
                    _weight = new Parameter(
                        Aten.full(
                            normalized_shape,
                            1.0,
                            dtype: dtype ?? get_default_dtype(),
                            device: device ?? get_default_device()
                        )
                    )
                );
                if (bias)
                {
                    register_parameter(
                        "bias",
                        _bias = new Parameter(
                            Aten.full(
                                normalized_shape,
                                0.0,
                                dtype: dtype ?? get_default_dtype(),
                                device: device ?? get_default_device()
                            )
                        )
                    );
                }
            }
        }

        public Parameter? weight
        {
            get => _weight;
            set => ReplaceParameter("weight", _weight = value);
        }

        public Parameter? bias
        {
            get => _bias;
            set => ReplaceParameter("bias", _bias = value);
        }

        public bool elementwise_affine { get; set; }

        public double eps { get; set; }

        public long[] normalized_shape { get; set; }

        private protected override bool NeedsScope => false;

        /// <summary>Weights to one, biases to zero.</summary>
        public void reset_parameters()
        {
            if (_weight is not null)
            {
                init.ones_(_weight);
            }
            if (_bias is not null)
            {
                init.zeros_(_bias);
            }
        }

        public override Tensor forward(Tensor tensor) => Aten.layer_norm(tensor, normalized_shape, _weight, _bias, eps);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Normalizes over the last dimensions.</summary>
            public static LayerNorm LayerNorm(
                long[] normalized_shape,
                double eps = 1E-05,
                bool elementwise_affine = true,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null
            ) => new(normalized_shape, eps, elementwise_affine, bias, device, dtype);

            /// <summary>Normalizes over the last dimension.</summary>
            public static LayerNorm LayerNorm(
                long normalized_shape,
                double eps = 1E-05,
                bool elementwise_affine = true,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null
            ) => new([normalized_shape], eps, elementwise_affine, bias, device, dtype);
        }
    }
}

using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>x where positive, else a learnt slope times x (arXiv 1502.01852).</summary>
    public sealed class PReLU : Module<Tensor, Tensor>
    {
        private Parameter _weight;

        internal PReLU(long num_parameters, double init, Device? device, ScalarType? dtype)
            : base(nameof(PReLU))
        {
            this.num_parameters = num_parameters;
            this.init = init;
            register_parameter(
                "weight",
                _weight = new Parameter(
                    Aten.full(
                        [num_parameters],
                        init,
                        dtype: dtype ?? get_default_dtype(),
                        device: device ?? get_default_device()
                    )
                )
            );
        }

        public Parameter weight
        {
            get => _weight;
            set => ReplaceParameter("weight", _weight = value ?? throw new ArgumentNullException(nameof(value)));
        }

        public double init { get; }

        public long num_parameters { get; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor tensor) => Aten.prelu(tensor, _weight);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>x where positive, else a learnt slope times x.</summary>
            public static PReLU PReLU(
                long num_parameters,
                double init = 0.25,
                Device? device = null,
                ScalarType? dtype = null
            ) => new(num_parameters, init, device, dtype);
        }
    }
}

using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Normalizes groups of channels of [B, C, ..] (arXiv 1803.08494).</summary>
    public sealed class GroupNorm : Module<Tensor, Tensor>
    {
        private Parameter? _weight;
        private Parameter? _bias;

        internal GroupNorm(
            long num_groups,
            long num_channels,
            double eps,
            bool affine,
            Device? device,
            ScalarType? dtype
        )
            : base(nameof(GroupNorm))
        {
            if (num_groups <= 0 || num_channels % num_groups != 0)
            {
                throw new ArgumentException(
                    $"GroupNorm: {num_channels} channels do not divide into {num_groups} groups.",
                    nameof(num_groups)
                );
            }
            this.num_groups = num_groups;
            this.eps = eps;
            this.affine = affine;
            if (affine)
            {
                register_parameter(
                    "weight",
                    _weight = new Parameter(
                        Aten.full(
                            [num_channels],
                            1.0,
                            dtype: dtype ?? get_default_dtype(),
                            device: device ?? get_default_device()
                        )
                    )
                );
                register_parameter(
                    "bias",
                    _bias = new Parameter(
                        Aten.full(
                            [num_channels],
                            0.0,
                            dtype: dtype ?? get_default_dtype(),
                            device: device ?? get_default_device()
                        )
                    )
                );
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

        public bool affine { get; set; }

        public double eps { get; set; }

        public long num_groups { get; set; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor tensor) => Aten.group_norm(tensor, num_groups, _weight, _bias, eps);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Normalizes groups of channels of [B, C, ..].</summary>
            public static GroupNorm GroupNorm(
                long num_groups,
                long num_channels,
                double eps = 1E-05,
                bool affine = true,
                Device? device = null,
                ScalarType? dtype = null
            ) => new(num_groups, num_channels, eps, affine, device, dtype);
        }
    }
}

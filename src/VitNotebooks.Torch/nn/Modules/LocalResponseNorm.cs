using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Divides each channel by a power of the mean square over the channels around it.</summary>
    public sealed class LocalResponseNorm : ParameterLessModule<Tensor, Tensor>
    {
        internal LocalResponseNorm(long size, double alpha, double beta, double k)
            : base(nameof(LocalResponseNorm))
        {
            this.size = size;
            this.alpha = alpha;
            this.beta = beta;
            this.k = k;
        }

        public long size { get; set; }

        public double alpha { get; set; }

        public double beta { get; set; }

        public double k { get; set; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor input) => functional.local_response_norm(input, size, alpha, beta, k);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Divides each channel by a power of the mean square over the channels around it.</summary>
            public static LocalResponseNorm LocalResponseNorm(
                long size,
                double alpha = 0.0001,
                double beta = 0.75,
                double k = 1.0
            ) => new(size, alpha, beta, k);
        }
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>x where its magnitude passes lambda, else 0.</summary>
    public sealed class Hardshrink : ParameterLessModule<Tensor, Tensor>
    {
        internal Hardshrink(double lambda)
            : base(nameof(Hardshrink))
        {
            this.lambda = lambda;
        }

        public double lambda { get; set; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor tensor) => nn.functional.hardshrink(tensor, lambda);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>x where its magnitude passes lambda, else 0.</summary>
            public static Hardshrink Hardshrink(double lambda = 0.5) => new(lambda);
        }
    }
}

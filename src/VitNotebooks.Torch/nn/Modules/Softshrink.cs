using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>x moved towards 0 by lambda, 0 within it.</summary>
    public sealed class Softshrink : ParameterLessModule<Tensor, Tensor>
    {
        internal Softshrink(double lambda)
            : base(nameof(Softshrink))
        {
            this.lambda = lambda;
        }

        public double lambda { get; set; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor tensor) => nn.functional.softshrink(tensor, lambda);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>x moved towards 0 by lambda, 0 within it.</summary>
            public static Softshrink Softshrink(double lambda = 0.5) => new(lambda);
        }
    }
}

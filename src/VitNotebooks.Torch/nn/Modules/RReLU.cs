using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>x where positive, else x times a slope drawn for each element in training, their mean in evaluation.</summary>
    public sealed class RReLU : ParameterLessModule<Tensor, Tensor>
    {
        internal RReLU(double lower, double upper, bool inplace)
            : base(nameof(RReLU))
        {
            this.lower = lower;
            this.upper = upper;
            this.inplace = inplace;
        }

        public double lower { get; set; }

        public double upper { get; set; }

        public bool inplace { get; set; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor tensor) => functional.rrelu(tensor, lower, upper, training, inplace);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>x where positive, else x times a slope drawn for each element in training, their mean in evaluation.</summary>
            public static RReLU RReLU(double lower = 0.125, double upper = 1.0 / 3, bool inplace = false) =>
                new(lower, upper, inplace);
        }
    }
}

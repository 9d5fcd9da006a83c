using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Drops whole channels in training so that mean and variance stay as they are.</summary>
    public sealed class FeatureAlphaDropout : ParameterLessModule<Tensor, Tensor>
    {
        internal FeatureAlphaDropout(double p, bool inplace)
            : base(nameof(FeatureAlphaDropout))
        {
            this.p = p;
            this.inplace = inplace;
        }

        public double p { get; set; }

        public bool inplace { get; set; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor input) => functional.feature_alpha_dropout(input, p, training, inplace);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Drops whole channels in training so that mean and variance stay as they are.</summary>
            public static FeatureAlphaDropout FeatureAlphaDropout(double p = 0.5) => new(p, false);

            /// <summary>Drops whole channels in training so that mean and variance stay as they are.</summary>
            public static FeatureAlphaDropout FeatureAlphaDropout(double p, bool inplace) => new(p, inplace);
        }
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The softmax over the channels of [B, C, H, W].</summary>
    public sealed class Softmax2d : ParameterLessModule<Tensor, Tensor>
    {
        internal Softmax2d()
            : base(nameof(Softmax2d)) { }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor tensor) => nn.functional.softmax2d(tensor);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>The softmax over the channels of [B, C, H, W].</summary>
            public static Softmax2d Softmax2d() => new();
        }
    }
}

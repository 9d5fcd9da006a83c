using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>What comes in.</summary>
    public sealed class Identity : ParameterLessModule<Tensor, Tensor>
    {
        internal Identity()
            : base(nameof(Identity)) { }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor tensor) => tensor;
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>What comes in.</summary>
            public static Identity Identity() => new();
        }
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Puts the maxima of a pool of [B, C, L] back where they were, zeros elsewhere.</summary>
    public sealed class MaxUnpool1d : ParameterLessModule<Tensor, Tensor, long[]?, Tensor>
    {
        internal MaxUnpool1d(long kernel_size, long? stride, long? padding)
            : base(nameof(MaxUnpool1d))
        {
            this.kernel_size = kernel_size;
            this.stride = stride;
            this.padding = padding;
        }

        public long kernel_size { get; set; }

        public long? stride { get; set; }

        public long? padding { get; set; }

        private protected override bool NeedsScope => false;

        public new Tensor call(Tensor tensor, Tensor indices, long[]? output_size = null) =>
            base.call(tensor, indices, output_size);

        /// <param name="tensor">The maxima.</param>
        /// <param name="indices">Where they were, as the pool's forward_with_indices says.</param>
        /// <param name="output_size">The size before the pool; the smallest one that pools to the input's by default.</param>
        public override Tensor forward(Tensor tensor, Tensor indices, long[]? output_size = null) =>
            functional.max_unpool1d(tensor, indices, kernel_size, stride, padding, output_size);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Puts the maxima of a pool of [B, C, L] back where they were, zeros elsewhere.</summary>
            public static MaxUnpool1d MaxUnpool1d(long kernel_size, long? stride = null, long? padding = null) =>
                new(kernel_size, stride, padding);
        }
    }
}

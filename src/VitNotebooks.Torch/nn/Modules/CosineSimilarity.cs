using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>The cosine between two tensors along a dimension.</summary>
    public sealed class CosineSimilarity : ParameterLessModule<Tensor, Tensor, Tensor>
    {
        internal CosineSimilarity(long dim, double eps)
            : base(nameof(CosineSimilarity))
        {
            this.dim = dim;
            this.eps = eps;
        }

        public long dim { get; set; }

        public double eps { get; set; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor input1, Tensor input2) =>
            functional.cosine_similarity(input1, input2, dim, eps);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>The cosine between two tensors along a dimension.</summary>
            public static CosineSimilarity CosineSimilarity(long dim = 1, double eps = 1e-8) => new(dim, eps);
        }
    }
}

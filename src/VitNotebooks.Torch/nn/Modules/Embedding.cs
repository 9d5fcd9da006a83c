using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Rows of a table by index: [..] becomes [.., D].</summary>
    public sealed class Embedding : Module<Tensor, Tensor>
    {
        private readonly long _padding;
        private readonly double? _maxNorm;
        private readonly double _normType;
        private readonly bool _scale;
        private readonly bool _sparse;
        private Parameter _weight;

        internal Embedding(
            Parameter weight,
            bool initialize,
            long? padding_idx,
            double? max_norm,
            double norm_type,
            bool scale_grad_by_freq,
            bool sparse
        )
            : base(nameof(Embedding))
        {
            var rows = weight.shape[0];
            if (padding_idx is { } given && (given >= rows || given < -rows))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(padding_idx),
                    given,
                    $"Embedding: padding_idx must be within the table's {rows} rows."
                );
            }
            _padding =
                padding_idx is not { } index ? -1
                : index < 0 ? index + rows
                : index;
            (_maxNorm, _normType, _scale, _sparse) = (max_norm, norm_type, scale_grad_by_freq, sparse);
            register_parameter("weight", _weight = weight);
            if (initialize)
            {
                init.ResetEmbedding(weight, _padding);
            }
        }

        /// <summary>[N, D]</summary>
        public Parameter weight
        {
            get => _weight;
            set => ReplaceParameter("weight", _weight = value ?? throw new ArgumentNullException(nameof(value)));
        }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor input)
        {
            if (_maxNorm is { } limit)
            {
                using var _ = new GradMode(false);
                Aten.embedding_renorm_(_weight, input, limit, _normType);
            }
            return functional.embedding(_weight, input, _padding, _scale, _sparse);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>A table of N rows of D numbers, drawn from the standard normal distribution.</summary>
            public static Embedding Embedding(
                long num_embeddings,
                long embedding_dims,
                long? padding_idx = null,
                double? max_norm = null,
                double norm_type = 2.0,
                bool scale_grad_by_freq = false,
                bool sparse = false,
                Device? device = null,
                ScalarType? dtype = null
            ) =>
                new(
                    new Parameter(
                        Aten.empty_memory_format(
                            [num_embeddings, embedding_dims],
                            dtype: dtype ?? get_default_dtype(),
                            device: device ?? get_default_device()
                        )
                    ),
                    true,
                    padding_idx,
                    max_norm,
                    norm_type,
                    scale_grad_by_freq,
                    sparse
                );

            /// <summary>A table of given rows.</summary>
            public static Embedding Embedding_from_pretrained(
                Tensor embeddings,
                bool freeze = true,
                long? padding_idx = null,
                double? max_norm = null,
                double norm_type = 2.0,
                bool scale_grad_by_freq = false,
                bool sparse = false,
                Device? device = null,
                ScalarType? dtype = null
            )
            {
                using var table = Aten.to_dtype_layout(
                    embeddings,
                    dtype: dtype ?? get_default_dtype(),
                    device: device ?? get_default_device()
                );
                return new(
                    new Parameter(Aten.detach(table), !freeze),
                    false,
                    padding_idx,
                    max_norm,
                    norm_type,
                    scale_grad_by_freq,
                    sparse
                );
            }
        }
    }
}

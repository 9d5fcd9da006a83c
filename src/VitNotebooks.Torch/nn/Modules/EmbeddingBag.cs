using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Sums, means or maxima of rows of a table, a bag of indices at a time: [B, S] or [N] with offsets becomes [B, D].</summary>
    public sealed class EmbeddingBag : Module<Tensor, Tensor?, Tensor?, Tensor>, IModule<Tensor, Tensor, Tensor>
    {
        private readonly double? _maxNorm;
        private readonly double _normType;
        private readonly bool _scale;
        private readonly EmbeddingBagMode _mode;
        private readonly bool _sparse;
        private readonly bool _lastOffset;
        private readonly long? _padding;
        private Parameter _weight;

        internal EmbeddingBag(
            Parameter weight,
            bool initialize,
            double? max_norm,
            double norm_type,
            bool scale_grad_by_freq,
            EmbeddingBagMode mode,
            bool sparse,
            bool include_last_offset,
            long padding_index
        )
            : base(nameof(EmbeddingBag))
        {
            if (mode == EmbeddingBagMode.Max && (scale_grad_by_freq || sparse))
            {
                throw new ArgumentException(
                    "EmbeddingBag: maxima have neither gradients scaled by frequency nor sparse ones; leave both out or take Sum or Mean."
                );
            }
            var rows = weight.shape[0];
            if (padding_index >= rows)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(padding_index),
                    padding_index,
                    $"EmbeddingBag: padding_index must be within the table's {rows} rows, or negative for none."
                );
            }
            (_maxNorm, _normType, _scale, _mode) = (max_norm, norm_type, scale_grad_by_freq, mode);
            (_sparse, _lastOffset) = (sparse, include_last_offset);
            _padding = padding_index < 0 ? null : padding_index;
            register_parameter("weight", _weight = weight);
            if (initialize)
            {
                init.ResetEmbedding(weight, padding_index);
            }
        }

        /// <summary>[N, D]</summary>
        public Parameter weight
        {
            get => _weight;
            set => ReplaceParameter("weight", _weight = value ?? throw new ArgumentNullException(nameof(value)));
        }

        /// <param name="input">[B, S]: each row a bag.</param>
        public Tensor call(Tensor input) => base.call(input, null, null);

        /// <param name="input">[N]: all bags one after the other.</param>
        /// <param name="offsets">[B]: where each bag begins.</param>
        public Tensor call(Tensor input, Tensor offsets) => base.call(input, offsets, null);

        public new Tensor call(Tensor input, Tensor? offsets, Tensor? perSampleWeights) =>
            base.call(input, offsets, perSampleWeights);

        /// <param name="input">[B, S] without offsets, or [N] with them; whole numbers.</param>
        /// <param name="offsets">[B]: where each bag begins; with include_last_offset one more, where the last ends.</param>
        /// <param name="perSampleWeights">A factor for each index, of the input's shape; sums only.</param>
        public override Tensor forward(Tensor input, Tensor? offsets, Tensor? perSampleWeights)
        {
            ArgumentNullException.ThrowIfNull(input);
            var shape = input.shape;
            if (shape.Length != (offsets is null ? 2 : 1))
            {
                throw new ArgumentException(
                    $"EmbeddingBag: expected indices [B, S] without offsets or [N] with them, got [{string.Join(", ", shape)}] {(offsets is null ? "without" : "with")} offsets.",
                    nameof(input)
                );
            }
            if (perSampleWeights is not null)
            {
                if (_mode != EmbeddingBagMode.Sum)
                {
                    throw new ArgumentException(
                        $"EmbeddingBag: weights for each index need the mode Sum, this one has {_mode}.",
                        nameof(perSampleWeights)
                    );
                }
                if (!perSampleWeights.shape.AsSpan().SequenceEqual(shape))
                {
                    throw new ArgumentException(
                        $"EmbeddingBag: weights [{string.Join(", ", perSampleWeights.shape)}] for indices [{string.Join(", ", shape)}]; the shapes must be equal.",
                        nameof(perSampleWeights)
                    );
                }
            }
            using var scope = NewDisposeScope();
            var (indices, starts, weights) = (input, offsets, perSampleWeights);
            if (starts is null)
            {
                starts = arange(0, shape[0], dtype: input.dtype, device: input.device);
                starts = Aten.mul_Scalar(starts, shape[1]);
                indices = Aten.reshape(input, [-1]);
                weights = weights is null ? null : Aten.reshape(weights, [-1]);
            }
            if (_maxNorm is { } limit)
            {
                using var _ = new GradMode(false);
                Aten.embedding_renorm_(_weight, indices, limit, _normType);
            }
            var (bags, _, _, _) = Aten.embedding_bag_padding_idx(
                _weight,
                indices,
                starts,
                _scale,
                (long)_mode,
                _sparse,
                weights,
                _lastOffset,
                _padding
            );
            return scope.MoveToOuter(bags);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>A table of N rows of D numbers, drawn from the standard normal distribution, read a bag at a time.</summary>
            public static EmbeddingBag EmbeddingBag(
                long num_embeddings,
                long embedding_dims,
                double? max_norm = null,
                double norm_type = 2.0,
                bool scale_grad_by_freq = false,
                EmbeddingBagMode mode = EmbeddingBagMode.Mean,
                bool sparse = false,
                bool include_last_offset = false,
                long padding_index = -1,
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
                    max_norm,
                    norm_type,
                    scale_grad_by_freq,
                    mode,
                    sparse,
                    include_last_offset,
                    padding_index
                );

            /// <summary>A table of given rows, read a bag at a time.</summary>
            public static EmbeddingBag EmbeddingBag_from_pretrained(
                Tensor embeddings,
                bool freeze = true,
                double? max_norm = null,
                double norm_type = 2.0,
                bool scale_grad_by_freq = false,
                EmbeddingBagMode mode = EmbeddingBagMode.Mean,
                bool sparse = false,
                bool include_last_offset = false,
                long padding_index = -1,
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
                    max_norm,
                    norm_type,
                    scale_grad_by_freq,
                    mode,
                    sparse,
                    include_last_offset,
                    padding_index
                );
            }
        }
    }
}

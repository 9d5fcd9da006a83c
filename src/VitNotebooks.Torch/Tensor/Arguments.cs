using TorchSharp.Dispatch;

namespace TorchSharp;

// C# arguments turned into what the bindings take.
public static partial class torch
{
    public partial class Tensor
    {
        private static ScalarValue? Optional(Scalar? value) =>
            value is null ? default(ScalarValue?) : (ScalarValue)value;

        /// <summary>TorchSharp's -1 for "not given".</summary>
        private static long? Positive(long value) => value < 0 ? null : value;

        /// <summary>A whole number as one: of integers, libtorch takes no factor that is a real number.</summary>
        private static ScalarValue Whole(float value) =>
            float.IsInteger(value) && Math.Abs(value) < (1 << 24) ? (ScalarValue)(long)value : value;

        private static string NameOf(RoundingMode mode) => mode == RoundingMode.floor ? "floor" : "trunc";

        /// <summary>This tensor in the dtype a reduction was asked to compute in.</summary>
        private Tensor As(ScalarType? type) =>
            type is { } wanted && wanted != dtype ? Aten.to_dtype(this, wanted) : this;

        public Tensor tensordot(Tensor b, long dims = 2)
        {
            ArgumentNullException.ThrowIfNull(b);
            if (dims < 0 || dims > Dimensions)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(dims),
                    dims,
                    $"tensordot sums over 0 to {Dimensions} dimensions of this tensor, not {dims}."
                );
            }

            var last = new long[dims];
            var first = new long[dims];
            for (var i = 0; i < dims; i++)
            {
                last[i] = Dimensions - dims + i;
                first[i] = i;
            }
            return Aten.tensordot(this, b, last, first);
        }

        /// <summary>The different elements, or the different slices along <paramref name="dim"/>.</summary>
        /// <returns>The elements; for each element of this tensor where it went, if asked for; how often each occurs, if
        /// asked for.</returns>
        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(
            bool sorted = true,
            bool return_inverse = false,
            bool return_counts = false,
            int? dim = null
        ) =>
            Asked(
                dim is { } d
                    ? Aten.unique_dim(this, d, sorted, return_inverse, return_counts)
                    : Aten._unique2(this, sorted, return_inverse, return_counts),
                return_inverse,
                return_counts
            );

        /// <summary>The same with runs of equal elements only.</summary>
        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique_consecutive(
            bool return_inverse = false,
            bool return_counts = false,
            int? dim = null
        ) => Asked(Aten.unique_consecutive(this, return_inverse, return_counts, dim), return_inverse, return_counts);

        // libtorch hands out empty tensors for what was not asked for.
        private static (Tensor, Tensor?, Tensor?) Asked(
            (Tensor Output, Tensor Inverse, Tensor Counts) all,
            bool inverse,
            bool counts
        )
        {
            if (!inverse)
            {
                all.Inverse.Dispose();
            }

            if (!counts)
            {
                all.Counts.Dispose();
            }

            return (all.Output, inverse ? all.Inverse : null, counts ? all.Counts : null);
        }
    }
}

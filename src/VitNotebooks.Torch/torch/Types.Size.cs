using System.Collections;
using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The lengths of a tensor's dimensions.</summary>
    public readonly struct Size : IEnumerable<long>, IEquatable<Size>
    {
        private readonly long[]? _shape;

        public Size(long[] shape)
        {
            ArgumentNullException.ThrowIfNull(shape);
            _shape = (long[])shape.Clone();
        }

        public Size(int[] shape)
        {
            ArgumentNullException.ThrowIfNull(shape);
            _shape = Array.ConvertAll(shape, d => (long)d);
        }

        public Size(IEnumerable<long> shape) => _shape = [.. shape];

        public Size(long size) => _shape = [size];

        public Size(int size) => _shape = [size];

        public Size((int, int) size) => _shape = [size.Item1, size.Item2];

        public Size((int, int, int) size) => _shape = [size.Item1, size.Item2, size.Item3];

        public Size((int, int, int, int) size) => _shape = [size.Item1, size.Item2, size.Item3, size.Item4];

        public Size((int, int, int, int, int) size) =>
            _shape = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5];

        public Size((int, int, int, int, int, int) size) =>
            _shape = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5, size.Item6];

        public Size((long, long) size) => _shape = [size.Item1, size.Item2];

        public Size((long, long, long) size) => _shape = [size.Item1, size.Item2, size.Item3];

        public Size((long, long, long, long) size) => _shape = [size.Item1, size.Item2, size.Item3, size.Item4];

        public Size((long, long, long, long, long) size) =>
            _shape = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5];

        public Size((long, long, long, long, long, long) size) =>
            _shape = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5, size.Item6];

        /// <summary>No dimension at all: the shape of a single number.</summary>
        public static readonly Size Empty = new(Array.Empty<long>());

        /// <summary>The lengths, as an array of its own.</summary>
        public long[] Shape => (long[])Lengths.Clone();

        /// <summary>The number of dimensions.</summary>
        public int Length => Lengths.Length;

        public bool IsEmpty => Length == 0;

        public bool IsScalar => Length == 0;

        /// <summary>The length of one dimension; a negative number counts from the end.</summary>
        public long this[int idx] => Lengths[idx < 0 ? idx + Length : idx];

        /// <inheritdoc cref="this[int]"/>
        public long this[long idx] => Lengths[idx < 0 ? idx + Length : idx];

        /// <summary>The number of elements of a tensor of this shape.</summary>
        public long numel()
        {
            long product = 1;
            foreach (var length in Lengths)
            {
                product = checked(product * length);
            }

            return product;
        }

        /// <summary>The dimensions from <paramref name="first"/> up to, not including, <paramref name="next"/>.</summary>
        public Size Slice(int first, int next) => new(Lengths[first..next]);

        /// <summary>The first <paramref name="i"/> lengths.</summary>
        public IEnumerable<long> Take(int i) => Lengths.Take(i);

        /// <inheritdoc/>
        public IEnumerator<long> GetEnumerator() => ((IEnumerable<long>)Lengths).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public static Size operator +(Size left, Size right) => new(left.Lengths.Concat(right.Lengths));

        public static Size operator +(Size left, IEnumerable<long> right) => new(left.Lengths.Concat(right));

        public static bool operator ==(Size left, Size right) => left.Equals(right);

        public static bool operator !=(Size left, Size right) => !left.Equals(right);

        public static implicit operator Size(long size) => new(size);

        public static implicit operator Size(long[] size) => new(size);

        public static implicit operator Size((long, long) size) => new(size);

        public static implicit operator Size((long, long, long) size) => new(size);

        public static implicit operator Size((long, long, long, long) size) => new(size);

        public static implicit operator Size((long, long, long, long, long) size) => new(size);

        public static implicit operator Size((long, long, long, long, long, long) size) => new(size);

        /// <inheritdoc/>
        [BeyondTorchSharp]
        public bool Equals(Size other) => Lengths.AsSpan().SequenceEqual(other.Lengths);

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is Size other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var length in Lengths)
            {
                hash.Add(length);
            }

            return hash.ToHashCode();
        }

        /// <summary>"[2, 3]".</summary>
        public override string ToString() =>
            "[" + string.Join(", ", Lengths.Select(d => d.ToString(CultureInfo.InvariantCulture))) + "]";

        /// <summary>The lengths without a copy.</summary>
        internal long[] Lengths => _shape ?? [];
    }
}

namespace TorchSharp;

public static partial class torch
{
    /// <summary>One place of an index: a number, a range, a new axis, the rest of the axes, or a tensor.</summary>
    public readonly struct TensorIndex
    {
        internal enum Kind : byte
        {
            None,
            Ellipsis,
            Single,
            Slice,
            Boolean,
            Tensor,
        }

        internal readonly Kind Type;
        internal readonly long? Start;
        internal readonly long? Stop;
        internal readonly long? Step;
        internal readonly torch.Tensor? Indices;

        private TensorIndex(
            Kind type,
            long? start = null,
            long? stop = null,
            long? step = null,
            torch.Tensor? indices = null
        ) => (Type, Start, Stop, Step, Indices) = (type, start, stop, step, indices);

        /// <summary>A new axis of length 1.</summary>
        public static readonly TensorIndex None = new(Kind.None);

        /// <inheritdoc cref="None"/>
        public static readonly TensorIndex Null = new(Kind.None);

        /// <summary>All axes that the other places do not take.</summary>
        public static readonly TensorIndex Ellipsis = new(Kind.Ellipsis);

        /// <summary>The whole axis.</summary>
        public static readonly TensorIndex Colon = new(Kind.Slice);

        /// <summary>A new axis: of length 1 for true, of length 0 for false.</summary>
        public static TensorIndex Bool(bool value) => new(Kind.Boolean, value ? 1 : 0);

        /// <summary>One element of the axis; negative numbers count from its end. Null is a new axis.</summary>
        public static TensorIndex Single(long? index) => index is null ? None : new TensorIndex(Kind.Single, index);

        /// <summary>Every <paramref name="step"/>th element from <paramref name="start"/> up to, not including,
        /// <paramref name="stop"/>; negative numbers count from the end of the axis.</summary>
        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new(Kind.Slice, start, stop, step);

        public static TensorIndex Slice((int?, int?) range) => new(Kind.Slice, range.Item1, range.Item2);

        /// <summary>A C# range, such as <c>1..^1</c>.</summary>
        public static TensorIndex Slice(Range range) =>
            new(
                Kind.Slice,
                range.Start is { IsFromEnd: true, Value: 0 } ? long.MaxValue : FromEnd(range.Start),
                range.End is { IsFromEnd: true, Value: 0 } ? null : FromEnd(range.End)
            );

        /// <summary>Whole numbers choose elements, truth values mask them.</summary>
        public static TensorIndex Tensor(torch.Tensor tensor)
        {
            ArgumentNullException.ThrowIfNull(tensor);
            return new(Kind.Tensor, indices: tensor);
        }

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex(Index index) => Single(FromEnd(index));

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex((int?, int?) range) => Slice(range);

        /// <summary>A place that is a tensor, or a number, as a tensor.</summary>
        /// <exception cref="InvalidCastException">It is a range or an axis.</exception>
        public static implicit operator torch.Tensor(TensorIndex value) =>
            value.Type switch
            {
                Kind.Tensor => value.Indices!,
                Kind.Single => torch.tensor(value.Start!.Value),
                Kind.Boolean => torch.tensor(value.Start == 1),
                _ => throw new InvalidCastException(
                    $"A TensorIndex of kind {value.Type} is no tensor; give TensorIndex.Tensor(...) or a number."
                ),
            };

        private static long FromEnd(Index index) => index.IsFromEnd ? -(long)index.Value : index.Value;
    }
}

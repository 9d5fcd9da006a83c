using TorchSharp.Dispatch;

namespace TorchSharp;

// t[...]: numbers and ranges make views, tensors gather; assigning writes through.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor this[long i1]
        {
            get => Aten.select_int(this, 0, i1);
            set => WriteAt([i1], value);
        }

        public Tensor this[long i1, long i2]
        {
            get => At([i1, i2]);
            set => WriteAt([i1, i2], value);
        }

        public Tensor this[long i1, long i2, long i3]
        {
            get => At([i1, i2, i3]);
            set => WriteAt([i1, i2, i3], value);
        }

        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => At([i1, i2, i3, i4]);
            set => WriteAt([i1, i2, i3, i4], value);
        }

        public Tensor this[long i1, long i2, long i3, long i4, long i5]
        {
            get => At([i1, i2, i3, i4, i5]);
            set => WriteAt([i1, i2, i3, i4, i5], value);
        }

        public Tensor this[long i1, long i2, long i3, long i4, long i5, long i6]
        {
            get => At([i1, i2, i3, i4, i5, i6]);
            set => WriteAt([i1, i2, i3, i4, i5, i6], value);
        }

        public Tensor this[params long[] indices]
        {
            get => At(indices);
            set => WriteAt(indices, value);
        }

        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices, false);
        }

        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices, false);
        }

        public Tensor index(params TensorIndex[] indices)
        {
            ArgumentNullException.ThrowIfNull(indices);
            using var place = new Place(this, indices);
            return place.Advanced is { } tensors ? Aten.index_Tensor(place.View, tensors) : place.TakeView();
        }

        public Tensor index(params Tensor[] indices) =>
            WithTruths(indices) is { } places ? index(places) : Aten.index_Tensor(this, indices);

        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var number = Number(value);
            return index_put_(number, indices, false);
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices)
        {
            using var number = Number(value);
            return index_put_(number, indices, false);
        }

        /// <summary>Writes values where the index points; with <paramref name="accumulate"/> they are added, also those
        /// that meet in one place.</summary>
        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            ArgumentNullException.ThrowIfNull(value);
            ArgumentNullException.ThrowIfNull(indices);
            using var place = new Place(this, indices);
            if (place.Advanced is { } tensors)
            {
                Aten.index_put_(place.View, tensors, value, accumulate);
            }
            else if (accumulate)
            {
                Aten.add__Tensor(place.View, value);
            }
            else
            {
                Write(place.View, value);
            }

            return this;
        }

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) =>
            WithTruths(indices) is { } places
                ? index_put_(value, places, accumulate)
                : Aten.index_put_(this, indices, value, accumulate);

        // libtorch's own operator takes no mask of no axis; Python gives it a new axis first. Null where there is none.
        private static TensorIndex[]? WithTruths(Tensor[] indices)
        {
            ArgumentNullException.ThrowIfNull(indices);
            return Array.Exists(indices, index => index is not null && IsTruth(index))
                ? Array.ConvertAll(indices, index => index is null ? TensorIndex.Colon : TensorIndex.Tensor(index))
                : null;
        }

        private static bool IsTruth(Tensor index) =>
            index.dtype is ScalarType.Bool or ScalarType.Byte && index.Dimensions == 0;

        private Tensor Number(Scalar value) => Aten.full([], value, dtype: dtype, device: device);

        // Views of views: the ones between are freed at once.
        private Tensor At(ReadOnlySpan<long> indices)
        {
            if (indices.IsEmpty)
            {
                return Aten.alias(this);
            }

            var view = Aten.select_int(this, 0, indices[0]);
            for (var i = 1; i < indices.Length; i++)
            {
                using var outer = view;
                view = Aten.select_int(outer, 0, indices[i]);
            }
            return view;
        }

        private void WriteAt(ReadOnlySpan<long> indices, Tensor value)
        {
            ArgumentNullException.ThrowIfNull(value);
            using var view = At(indices);
            Write(view, value);
        }

        // Leading axes of length 1 that the target lacks are dropped, as in Python.
        private static void Write(Tensor target, Tensor value)
        {
            var extra = (int)(value.Dimensions - target.Dimensions);
            if (extra <= 0)
            {
                Aten.copy_(target, value);
                return;
            }
            var size = value.shape;
            for (var i = 0; i < extra; i++)
            {
                if (size[i] != 1)
                {
                    throw new TorchException(
                        $"A tensor of shape {new Size(size)} does not fit into one of shape {new Size(target.shape)}."
                    );
                }
            }
            using var fitting = Aten.reshape(value, size.AsSpan(extra));
            Aten.copy_(target, fitting);
        }

        /// <summary>What an index points to: a view, and where tensors take part, their places in it.</summary>
        private readonly ref struct Place
        {
            private readonly Tensor _source;
            private readonly List<Tensor>? _made;

            public readonly Tensor View;

            /// <summary>One entry an axis of the view, null where no tensor chooses; null when none does anywhere.</summary>
            public readonly Tensor?[]? Advanced;

            public Place(Tensor source, TensorIndex[] indices)
            {
                _source = source;
                View = source;
                Advanced = null;
                _made = null;
                var axes = source.Dimensions;
                var rest = axes - Taken(indices, axes);
                // A mask of several axes takes them all, and one entry of the list of tensors.
                var axis = 0;
                var entry = 0;
                foreach (var index in indices)
                {
                    switch (index.Type)
                    {
                        case TensorIndex.Kind.Single:
                            Replace(ref View, Aten.select_int(View, axis, index.Start!.Value));
                            break;
                        case TensorIndex.Kind.Slice:
                            if ((index.Start ?? 0) != 0 || index.Stop is not null || (index.Step ?? 1) != 1)
                            {
                                Replace(
                                    ref View,
                                    Aten.slice_Tensor(View, axis, index.Start, index.Stop, index.Step ?? 1)
                                );
                            }

                            axis++;
                            entry++;
                            break;
                        case TensorIndex.Kind.Ellipsis:
                            axis += (int)rest;
                            entry += (int)rest;
                            break;
                        case TensorIndex.Kind.None:
                            Replace(ref View, Aten.unsqueeze(View, axis));
                            axis++;
                            entry++;
                            break;
                        case TensorIndex.Kind.Boolean:
                            Replace(ref View, Aten.unsqueeze(View, axis));
                            Choose(ref Advanced, entry++, Made(ref _made, torch.tensor([index.Start == 1])));
                            axis++;
                            break;
                        case TensorIndex.Kind.Tensor when IsTruth(index.Indices!): // a truth of no axis, as a mask of a new one
                            Replace(ref View, Aten.unsqueeze(View, axis));
                            Choose(ref Advanced, entry++, Made(ref _made, Aten.unsqueeze(index.Indices!, 0)));
                            axis++;
                            break;
                        default:
                            var tensor = index.Indices!;
                            Choose(ref Advanced, entry++, tensor);
                            axis += tensor.dtype is ScalarType.Bool or ScalarType.Byte ? (int)tensor.Dimensions : 1;
                            break;
                    }
                }
            }

            /// <summary>The view, to be kept; never the indexed tensor itself.</summary>
            public Tensor TakeView() => ReferenceEquals(View, _source) ? Aten.alias(View) : View;

            public void Dispose()
            {
                if (Advanced is not null && !ReferenceEquals(View, _source))
                {
                    View.Dispose();
                }

                _made?.ForEach(mask => mask.Dispose());
            }

            private static Tensor Made(ref List<Tensor>? made, Tensor mask)
            {
                (made ??= []).Add(mask);
                return mask;
            }

            private void Replace(ref Tensor view, Tensor next)
            {
                if (!ReferenceEquals(view, _source))
                {
                    view.Dispose();
                }

                view = next;
            }

            private static void Choose(ref Tensor?[]? chosen, int entry, Tensor tensor)
            {
                var grown = chosen ?? [];
                Array.Resize(ref grown, entry + 1);
                grown[entry] = tensor;
                chosen = grown;
            }

            private static long Taken(TensorIndex[] indices, long axes)
            {
                long taken = 0;
                var ellipses = 0;
                foreach (var index in indices)
                {
                    switch (index.Type)
                    {
                        case TensorIndex.Kind.Single:
                        case TensorIndex.Kind.Slice:
                            taken++;
                            break;
                        case TensorIndex.Kind.Ellipsis:
                            ellipses++;
                            break;
                        case TensorIndex.Kind.Tensor:
                            taken += index.Indices!.dtype is ScalarType.Bool or ScalarType.Byte
                                ? index.Indices.Dimensions
                                : 1;
                            break;
                    }
                }
                if (ellipses > 1)
                {
                    throw new TorchIndexException("An index may contain only one ellipsis.");
                }

                if (taken > axes)
                {
                    throw new TorchIndexException(
                        $"Too many indices: {taken} places for a tensor of {axes} dimensions."
                    );
                }

                return taken;
            }
        }
    }
}

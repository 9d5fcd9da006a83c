using TorchSharp.Dispatch;

namespace TorchSharp;

// The same elements in another shape. Most of these are views: no element is copied.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor view(params long[] shape) => Aten.view(this, shape);

        public Tensor view_as(Tensor other) => Aten.view_as(this, other);

        public Tensor view_as_real() => Aten.view_as_real(this);

        public Tensor view_as_complex() => Aten.view_as_complex(this);

        public Tensor reshape(params long[] shape) => Aten.reshape(this, shape);

        public Tensor ravel() => Aten.ravel(this);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) =>
            Aten.flatten_using_ints(this, start_dim, end_dim);

        public Tensor unflatten(long dim, params long[] sizes) => Aten.unflatten_int(this, dim, sizes);

        public Tensor unflatten(long dim, Size sizes) => unflatten(dim, sizes.Lengths);

        public Tensor squeeze(long? dim = null) => dim is { } d ? Aten.squeeze_dim(this, d) : Aten.squeeze(this);

        public Tensor squeeze_(long? dim = null) => dim is { } d ? Aten.squeeze__dim(this, d) : Aten.squeeze_(this);

        public Tensor unsqueeze(long dim) => Aten.unsqueeze(this, dim);

        public Tensor unsqueeze_(long dim) => Aten.unsqueeze_(this, dim);

        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) =>
            Aten.expand(this, sizes, @implicit: isImplicit);

        public Tensor expand(long[] sizes, bool isImplicit = false) => Aten.expand(this, sizes, @implicit: isImplicit);

        public Tensor expand(params long[] sizes) => Aten.expand(this, sizes);

        public Tensor expand(Size sizes, bool isImplicit = false) =>
            Aten.expand(this, sizes.Lengths, @implicit: isImplicit);

        public Tensor expand_as(Tensor other) => Aten.expand_as(this, other);

        public Tensor broadcast_to(params long[] shape) => Aten.broadcast_to(this, shape);

        public Tensor repeat(params long[] sizes) => Aten.repeat(this, sizes);

        public Tensor tile(long[] reps) => Aten.tile(this, reps);

        public Tensor permute(IEnumerable<long> permutation) => Aten.permute(this, [.. permutation]);

        public Tensor permute(params long[] permutation) => Aten.permute(this, permutation);

        public Tensor transpose(long dim0, long dim1) => Aten.transpose_int(this, dim0, dim1);

        public Tensor transpose_(long dim0, long dim1) => Aten.transpose_(this, dim0, dim1);

        public Tensor t() => Aten.t(this);

        public Tensor swapaxes(long dim0, long dim1) => Aten.swapaxes(this, dim0, dim1);

        public Tensor swapdims(long dim0, long dim1) => Aten.swapdims(this, dim0, dim1);

        public Tensor moveaxis(long[] source, long[] destination) => Aten.moveaxis_intlist(this, source, destination);

        public Tensor movedim(long[] source, long[] destination) => Aten.movedim_intlist(this, source, destination);

        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0) =>
            Aten.as_strided(this, size, strides, storageOffset);

        public Tensor unfold(long dimension, long size, long step) => Aten.unfold(this, dimension, size, step);

        public Tensor contiguous() => Aten.contiguous(this);
    }
}

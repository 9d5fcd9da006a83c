using TorchSharp.Dispatch;

namespace TorchSharp;

// The same elements in another shape. Most of these are views: no element is copied.
public static partial class torch
{
    public static Tensor view_as_real(Tensor input) => Given(input).view_as_real();

    public static Tensor view_as_complex(Tensor input) => Given(input).view_as_complex();

    public static Tensor reshape(Tensor input, params long[] shape) => Given(input).reshape(shape);

    public static Tensor ravel(Tensor input) => Given(input).ravel();

    public static Tensor flatten(Tensor input, long start_dim = 0, long end_dim = -1) =>
        Given(input).flatten(start_dim, end_dim);

    public static Tensor unflatten(Tensor input, long dim, params long[] sizes) => Given(input).unflatten(dim, sizes);

    public static Tensor unflatten(Tensor input, long dim, Size sizes) => Given(input).unflatten(dim, sizes);

    public static Tensor squeeze(Tensor input, long? dim = null) => Given(input).squeeze(dim);

    public static Tensor squeeze_(Tensor input, long? dim = null) => Given(input).squeeze_(dim);

    public static Tensor unsqueeze(Tensor input, long dim) => Given(input).unsqueeze(dim);

    public static Tensor unsqueeze_(Tensor input, long dim) => Given(input).unsqueeze_(dim);

    public static Tensor broadcast_to(Tensor input, params long[] shape) => Given(input).broadcast_to(shape);

    public static Tensor tile(Tensor input, long[] dims) => Given(input).tile(dims);

    public static Tensor permute(Tensor input, params long[] permutation) => Given(input).permute(permutation);

    public static Tensor transpose(Tensor input, long dim0, long dim1) => Given(input).transpose(dim0, dim1);

    public static Tensor t(Tensor input) => Given(input).t();

    public static Tensor swapaxes(Tensor input, long axis0, long axis1) => Given(input).swapaxes(axis0, axis1);

    public static Tensor swapdims(Tensor input, long dim0, long dim1) => Given(input).swapdims(dim0, dim1);

    public static Tensor moveaxis(Tensor input, (long, long) source, (long, long) destination) =>
        Aten.moveaxis_intlist(input, [source.Item1, source.Item2], [destination.Item1, destination.Item2]);

    public static Tensor moveaxis(Tensor input, (long, long, long) source, (long, long, long) destination) =>
        Aten.moveaxis_intlist(
            input,
            [source.Item1, source.Item2, source.Item3],
            [destination.Item1, destination.Item2, destination.Item3]
        );

    public static Tensor moveaxis(
        Tensor input,
        (long, long, long, long) source,
        (long, long, long, long) destination
    ) =>
        Aten.moveaxis_intlist(
            input,
            [source.Item1, source.Item2, source.Item3, source.Item4],
            [destination.Item1, destination.Item2, destination.Item3, destination.Item4]
        );

    public static Tensor moveaxis(Tensor input, long source, long destination) =>
        Aten.moveaxis_int(input, source, destination);

    public static Tensor moveaxis(Tensor input, long[] source, long[] destination) =>
        Given(input).moveaxis(source, destination);

    public static Tensor movedim(Tensor input, long source, long destination) =>
        Aten.movedim_int(input, source, destination);

    public static Tensor movedim(Tensor input, long[] source, long[] destination) =>
        Given(input).movedim(source, destination);
}

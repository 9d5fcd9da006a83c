using TorchSharp.Dispatch;

namespace TorchSharp;

// Elements moved about: flips, rolls, repeats, and a tensor cut into pieces.
public static partial class torch
{
    public static Tensor flip(Tensor input, params long[] dims) => Given(input).flip(dims);

    public static Tensor fliplr(Tensor input) => Given(input).fliplr();

    public static Tensor flipud(Tensor input) => Given(input).flipud();

    public static Tensor roll(Tensor input, (long, long) shifts, (long, long) dims) => Given(input).roll(shifts, dims);

    public static Tensor roll(Tensor input, (long, long, long) shifts, (long, long, long) dims) =>
        Given(input).roll(shifts, dims);

    public static Tensor roll(Tensor input, ReadOnlySpan<long> shifts, ReadOnlySpan<long> dims = default) =>
        Given(input).roll(shifts, dims);

    public static Tensor roll(Tensor input, long shifts, long? dims = null) => Given(input).roll(shifts, dims);

    public static Tensor roll(Tensor input, long[] shifts) => Given(input).roll(shifts);

    public static Tensor roll(Tensor input, long[] shifts, long[] dims) => Given(input).roll(shifts, dims);

    public static Tensor rot90(Tensor input, long k = 1, (long, long)? dims = null) => Given(input).rot90(k, dims);

    public static Tensor repeat_interleave(Tensor input, long repeats, long? dim = null, long? output_size = null) =>
        Given(input).repeat_interleave(repeats, dim, output_size);

    public static Tensor repeat_interleave(Tensor input, Tensor repeats, long? dim = null, long? output_size = null) =>
        Given(input).repeat_interleave(repeats, dim, output_size);

    public static Tensor[] chunk(Tensor input, long chunks, long dim = 0) => Given(input).chunk(chunks, dim);

    public static Tensor[] split(Tensor tensor, long[] split_size_or_sections, long dim = 0) =>
        Aten.split_with_sizes(tensor, split_size_or_sections, dim);

    public static Tensor[] tensor_split(Tensor input, long indices_or_sections, long dim = 0) =>
        Given(input).tensor_split(indices_or_sections, dim);

    public static Tensor[] tensor_split(Tensor input, long[] indices_or_sections, long dim = 0) =>
        Given(input).tensor_split(indices_or_sections, dim);

    public static Tensor[] tensor_split(Tensor input, Tensor indices_or_sections, long dim = 0) =>
        Given(input).tensor_split(indices_or_sections, dim);

    public static Tensor[] hsplit(Tensor input, (long, long) indices_or_sections) =>
        Aten.hsplit_array(input, [indices_or_sections.Item1, indices_or_sections.Item2]);

    public static Tensor[] hsplit(Tensor input, (long, long, long) indices_or_sections) =>
        Aten.hsplit_array(input, [indices_or_sections.Item1, indices_or_sections.Item2, indices_or_sections.Item3]);

    public static Tensor[] hsplit(Tensor input, (long, long, long, long) indices_or_sections) =>
        Aten.hsplit_array(
            input,
            [indices_or_sections.Item1, indices_or_sections.Item2, indices_or_sections.Item3, indices_or_sections.Item4]
        );

    public static Tensor[] hsplit(Tensor input, long indices_or_sections) => Given(input).hsplit(indices_or_sections);

    public static Tensor[] hsplit(Tensor input, long[] indices_or_sections) => Given(input).hsplit(indices_or_sections);

    public static Tensor[] hsplit(Tensor input, Tensor indices_or_sections) => Given(input).hsplit(indices_or_sections);

    public static Tensor[] vsplit(Tensor input, long[] indices_or_sections) => Given(input).vsplit(indices_or_sections);

    public static Tensor[] dsplit(Tensor input, (long, long) indices_or_sections) =>
        Given(input).dsplit(indices_or_sections);

    public static Tensor[] dsplit(Tensor input, (long, long, long) indices_or_sections) =>
        Given(input).dsplit(indices_or_sections);

    public static Tensor[] dsplit(Tensor input, (long, long, long, long) indices_or_sections) =>
        Given(input).dsplit(indices_or_sections);

    public static Tensor[] dsplit(Tensor input, long size) => Given(input).dsplit(size);

    public static Tensor[] dsplit(Tensor input, long[] indices_or_sections) => Given(input).dsplit(indices_or_sections);

    public static Tensor[] dsplit(Tensor input, Tensor indices_or_sections) => Given(input).dsplit(indices_or_sections);

    public static Tensor[] unbind(Tensor input, long dim = 0) => Given(input).unbind(dim);

    public static Tensor[] unbind(Tensor tensor, int dim = 0) => Aten.unbind_int(tensor, dim);
}

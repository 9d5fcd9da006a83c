using TorchSharp.Dispatch;

namespace TorchSharp;

// Elements moved about: flips, rolls, repeats, and a tensor cut into pieces.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor flip(params long[] dims) => Aten.flip(this, dims);

        public Tensor fliplr() => Aten.fliplr(this);

        public Tensor flipud() => Aten.flipud(this);

        public Tensor roll((long, long) shifts, (long, long) dims) =>
            Aten.roll(this, [shifts.Item1, shifts.Item2], [dims.Item1, dims.Item2]);

        public Tensor roll((long, long, long) shifts, (long, long, long) dims) =>
            Aten.roll(this, [shifts.Item1, shifts.Item2, shifts.Item3], [dims.Item1, dims.Item2, dims.Item3]);

        public Tensor roll(ReadOnlySpan<long> shifts, ReadOnlySpan<long> dims = default) =>
            Aten.roll(this, shifts, dims);

        public Tensor roll(long shifts, long? dims = null) => Aten.roll(this, [shifts], dims is { } d ? [d] : []);

        public Tensor roll(long[] shifts) => Aten.roll(this, shifts);

        public Tensor roll(long[] shifts, long[] dims) => Aten.roll(this, shifts, dims);

        public Tensor rot90(long k = 1, (long, long)? dims = null) =>
            Aten.rot90(this, k, [dims?.Item1 ?? 0, dims?.Item2 ?? 1]);

        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) =>
            Aten.repeat_interleave_self_int(this, repeats, dim, output_size);

        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) =>
            Aten.repeat_interleave_self_Tensor(this, repeats, dim, output_size);

        public Tensor channel_shuffle(long groups) => Aten.channel_shuffle(this, groups);

        public Tensor atleast_1d() => Aten.atleast_1d(this);

        public Tensor atleast_2d() => Aten.atleast_2d(this);

        public Tensor atleast_3d() => Aten.atleast_3d(this);

        public Tensor[] chunk(long chunks, long dim = 0) => Aten.chunk(this, chunks, dim);

        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) => Aten.split_with_sizes(this, sizes, dim);

        public Tensor[] split(long size, int dim = 0) => Aten.split_Tensor(this, size, dim);

        public Tensor[] split(long[] sizes, long dim = 0) => Aten.split_with_sizes(this, sizes, dim);

        public Tensor[] split(params long[] sizes) => Aten.split_with_sizes(this, sizes);

        public Tensor[] tensor_split(long size, long dim = 0) => Aten.tensor_split_sections(this, size, dim);

        public Tensor[] tensor_split(long[] sizes, long dim = 0) => Aten.tensor_split_indices(this, sizes, dim);

        public Tensor[] tensor_split(Tensor indices, long dim = 0) =>
            Aten.tensor_split_tensor_indices_or_sections(this, indices, dim);

        public Tensor[] hsplit(long size) => Aten.hsplit_int(this, size);

        public Tensor[] hsplit(params long[] sizes) => Aten.hsplit_array(this, sizes);

        public Tensor[] hsplit(Tensor indices) => hsplit(Given(indices).data<long>().ToArray());

        public Tensor[] vsplit(long size) => Aten.vsplit_int(this, size);

        public Tensor[] vsplit(params long[] sizes) => Aten.vsplit_array(this, sizes);

        public Tensor[] vsplit(Tensor indices) => vsplit(Given(indices).data<long>().ToArray());

        public Tensor[] dsplit((long, long) indices_or_sections) =>
            Aten.dsplit_array(this, [indices_or_sections.Item1, indices_or_sections.Item2]);

        public Tensor[] dsplit((long, long, long) indices_or_sections) =>
            Aten.dsplit_array(this, [indices_or_sections.Item1, indices_or_sections.Item2, indices_or_sections.Item3]);

        public Tensor[] dsplit((long, long, long, long) indices_or_sections) =>
            dsplit([
                indices_or_sections.Item1,
                indices_or_sections.Item2,
                indices_or_sections.Item3,
                indices_or_sections.Item4,
            ]);

        public Tensor[] dsplit(long size) => Aten.dsplit_int(this, size);

        public Tensor[] dsplit(params long[] sizes) => Aten.dsplit_array(this, sizes);

        public Tensor[] dsplit(Tensor indices) => dsplit(Given(indices).data<long>().ToArray());

        public Tensor[] unbind(long dimension = 0) => Aten.unbind_int(this, dimension);
    }
}

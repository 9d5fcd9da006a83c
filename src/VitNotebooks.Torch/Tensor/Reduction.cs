using TorchSharp.Dispatch;

namespace TorchSharp;

// Many elements to few: sums, extremes, norms, truth.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
            Aten.sum_dim_IntList(this, dim.ToArray(), keepdim, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) =>
            Aten.sum_dim_IntList(this, [dim], keepdim, type);

        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) =>
            Aten.sum_dim_IntList(this, [dim0, dim1], keepdim, type);

        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) =>
            Aten.sum_dim_IntList(this, [dim0, dim1, dim2], keepdim, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) =>
            Aten.sum_dim_IntList(this, dim, keepdim, type);

        public Tensor sum(ScalarType? type = null) => Aten.sum(this, dtype: type);

        public Tensor mean() => Aten.mean(this);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            Aten.mean_dim(this, dimensions, keepdim, type);

        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) =>
            Aten.prod_dim_int(this, dim, keepdim, type);

        public Tensor prod(ScalarType? type = null) => Aten.prod(this, dtype: type);

        public (Tensor, Tensor) max(long dim, bool keepdim = false) => Aten.max_dim(this, dim, keepdim);

        public Tensor max() => Aten.max(this);

        public Tensor max(Tensor other) => Aten.max_other(this, other);

        public (Tensor, Tensor) min(long dim, bool keepdim = false) => Aten.min_dim(this, dim, keepdim);

        public Tensor min() => Aten.min(this);

        public Tensor min(Tensor other) => Aten.min_other(this, other);

        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) =>
            @out is null ? Aten.amax(this, dims, keepdim) : Aten.amax_out(this, @out, dims, keepdim);

        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) =>
            @out is null ? Aten.amax(this, dims, keepdim) : Aten.amax_out(this, @out, dims, keepdim);

        public Tensor amax(params long[] dims) => Aten.amax(this, dims);

        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) =>
            @out is null ? Aten.amin(this, dims, keepdim) : Aten.amin_out(this, @out, dims, keepdim);

        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) =>
            @out is null ? Aten.amin(this, dims, keepdim) : Aten.amin_out(this, @out, dims, keepdim);

        public Tensor amin(params long[] dims) => Aten.amin(this, dims);

        public (Tensor, Tensor) aminmax(long? dim = null, bool keepdim = false) =>
            Aten.aminmax(this, dim: dim, keepdim: keepdim);

        public Tensor argmax() => Aten.argmax(this);

        public Tensor argmax(long dim, bool keepdim = false) => Aten.argmax(this, dim, keepdim);

        public Tensor argmin() => Aten.argmin(this);

        public Tensor argmin(long dim, bool keepdim = false) => Aten.argmin(this, dim, keepdim);

        public Tensor all() => Aten.all(this);

        public Tensor all(long dim, bool keepdim = false) => Aten.all_dim(this, dim, keepdim);

        public Tensor any() => Aten.any(this);

        public Tensor any(long dim, bool keepdim = false) => Aten.any_dim(this, dim, keepdim);

        public Tensor median() => Aten.median(this);

        public Tensor nanmedian() => Aten.nanmedian(this);

        public (Tensor, Tensor) mode(long dim = -1, bool keepdim = false) => Aten.mode(this, dim, keepdim);

        public Tensor nansum() => Aten.nansum(this);

        public Tensor nanmean(int? dim = null, bool keepdim = false, ScalarType? dtype = null) =>
            Aten.nanmean(this, dim is { } d ? [d] : null, keepdim, dtype);

        public Tensor norm(float p = 2) => Aten.norm_Scalar(this, p);

        public Tensor norm(int dim, bool keepdim = false, float p = 2) =>
            Aten.norm_ScalarOpt_dim(this, p, [dim], keepdim);

        public Tensor dist(Tensor other, float p = 2) => Aten.dist(this, other, p);

        public Tensor logsumexp(long dim, bool keepdim = false) => Aten.logsumexp(this, [dim], keepdim);

        public Tensor cumsum(long dim, ScalarType? type = null) => Aten.cumsum(this, dim, type);

        public Tensor cumprod(long dim, ScalarType? type = null) => Aten.cumprod(this, dim, type);

        public (Tensor, Tensor) cummax(long dim) => Aten.cummax(this, dim);

        public (Tensor, Tensor) cummin(long dim) => Aten.cummin(this, dim);

        public Tensor logcumsumexp(long dim) => Aten.logcumsumexp(this, dim);

        public (Tensor, Tensor) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            Aten.topk(this, k, dim, largest, sorted);

        public (Tensor, Tensor) kthvalue(long k, long? dim, bool keepdim = false) =>
            Aten.kthvalue(this, k, dim ?? -1, keepdim);

        public (Tensor, Tensor) sort(long dim = -1, bool descending = false, bool stable = false) =>
            Aten.sort_stable(this, stable, dim, descending);

        public Tensor count_nonzero(long[]? dims = null) => Aten.count_nonzero_dim_IntList(this, dims);

        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) => Aten.quantile(this, q, dim, keepdim);

        public Tensor nanquantile(Tensor q, long dim = -1, bool keepdim = false) =>
            Aten.nanquantile(this, q, dim, keepdim);
    }
}

using TorchSharp.Dispatch;

namespace TorchSharp;

// Spread, counts and correlation.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor std((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Aten.std_dim(As(type), [dim.Item1, dim.Item2], unbiased, keepdim);

        public Tensor std(
            (long, long, long) dim,
            bool unbiased = true,
            bool keepdim = false,
            ScalarType? type = null
        ) => Aten.std_dim(As(type), [dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim);

        public Tensor std(
            ReadOnlySpan<long> dimensions,
            bool unbiased = true,
            bool keepdim = false,
            ScalarType? type = null
        ) => Aten.std_dim(As(type), dimensions.ToArray(), unbiased, keepdim);

        public Tensor std(bool unbiased = true) => Aten.std(this, unbiased);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Aten.std_dim(As(type), [dim], unbiased, keepdim);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Aten.std_dim(As(type), dimensions, unbiased, keepdim);

        public Tensor var((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Aten.var_dim(As(type), [dim.Item1, dim.Item2], unbiased, keepdim);

        public Tensor var(
            (long, long, long) dim,
            bool unbiased = true,
            bool keepdim = false,
            ScalarType? type = null
        ) => Aten.var_dim(As(type), [dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim);

        public Tensor var(
            ReadOnlySpan<long> dimensions,
            bool unbiased = true,
            bool keepdim = false,
            ScalarType? type = null
        ) => Aten.var_dim(As(type), dimensions.ToArray(), unbiased, keepdim);

        public Tensor var(bool unbiased = true) => Aten.var(this, unbiased);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Aten.var_dim(As(type), [dim], unbiased, keepdim);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Aten.var_dim(As(type), dimensions, unbiased, keepdim);

        public (Tensor, Tensor) std_mean(
            (long, long) dim,
            bool unbiased = true,
            bool keepdim = false,
            ScalarType? type = null
        ) => Aten.std_mean_dim(As(type), [dim.Item1, dim.Item2], unbiased, keepdim);

        public (Tensor, Tensor) std_mean(
            (long, long, long) dim,
            bool unbiased = true,
            bool keepdim = false,
            ScalarType? type = null
        ) => Aten.std_mean_dim(As(type), [dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim);

        public (Tensor, Tensor) std_mean(
            ReadOnlySpan<long> dimensions,
            bool unbiased = true,
            bool keepdim = false,
            ScalarType? type = null
        ) => Aten.std_mean_dim(As(type), dimensions.ToArray(), unbiased, keepdim);

        public (Tensor, Tensor) std_mean(bool unbiased = true) => Aten.std_mean(this, unbiased);

        public (Tensor, Tensor) std_mean(
            long dim,
            bool unbiased = true,
            bool keepdim = false,
            ScalarType? type = null
        ) => Aten.std_mean_dim(As(type), [dim], unbiased, keepdim);

        public (Tensor, Tensor) std_mean(
            long[] dimensions,
            bool unbiased = true,
            bool keepdim = false,
            ScalarType? type = null
        ) => Aten.std_mean_dim(As(type), dimensions, unbiased, keepdim);

        public (Tensor, Tensor) var_mean(
            (long, long) dim,
            bool unbiased = true,
            bool keepdim = false,
            ScalarType? type = null
        ) => Aten.var_mean_dim(As(type), [dim.Item1, dim.Item2], unbiased, keepdim);

        public (Tensor, Tensor) var_mean(
            (long, long, long) dim,
            bool unbiased = true,
            bool keepdim = false,
            ScalarType? type = null
        ) => Aten.var_mean_dim(As(type), [dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim);

        public (Tensor, Tensor) var_mean(
            ReadOnlySpan<long> dimensions,
            bool unbiased = true,
            bool keepdim = false,
            ScalarType? type = null
        ) => Aten.var_mean_dim(As(type), dimensions.ToArray(), unbiased, keepdim);

        public (Tensor, Tensor) var_mean(bool unbiased = true) => Aten.var_mean(this, unbiased);

        public (Tensor, Tensor) var_mean(
            long dim,
            bool unbiased = true,
            bool keepdim = false,
            ScalarType? type = null
        ) => Aten.var_mean_dim(As(type), [dim], unbiased, keepdim);

        public (Tensor, Tensor) var_mean(
            long[] dimensions,
            bool unbiased = true,
            bool keepdim = false,
            ScalarType? type = null
        ) => Aten.var_mean_dim(As(type), dimensions, unbiased, keepdim);

        public Tensor cov(long correction = 1, Tensor? fweights = null, Tensor? aweights = null) =>
            Aten.cov(this, correction, fweights, aweights);

        public Tensor corrcoef() => Aten.corrcoef(this);

        public Tensor histc(long bins = 100, long min = 0, long max = 0) => Aten.histc(this, bins, min, max);

        public Tensor bincount(Tensor weights, long minlength = 0) => Aten.bincount(this, weights, minlength);

        public Tensor diff(long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null) =>
            Aten.diff(this, n, dim, prepend, append);

        public Tensor trapezoid(double dx = 1, long dim = -1) => Aten.trapezoid_dx(this, dx, dim);

        public Tensor trapezoid(Tensor x, long dim = -1) => Aten.trapezoid_x(this, x, dim);

        public Tensor cumulative_trapezoid(double dx = 1, long dim = -1) => Aten.cumulative_trapezoid_dx(this, dx, dim);

        public Tensor cumulative_trapezoid(Tensor x, long dim = -1) => Aten.cumulative_trapezoid_x(this, x, dim);
    }
}

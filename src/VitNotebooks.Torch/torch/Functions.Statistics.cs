using TorchSharp.Dispatch;

namespace TorchSharp;

// Spread, counts and correlation.
public static partial class torch
{
    public static Tensor std(
        Tensor input,
        (long, long) dimensions,
        bool unbiased = true,
        bool keepdim = false,
        ScalarType? type = null
    ) => Given(input).std(dimensions, unbiased, keepdim, type);

    public static Tensor std(
        Tensor input,
        (long, long, long) dimensions,
        bool unbiased = true,
        bool keepdim = false,
        ScalarType? type = null
    ) => Given(input).std(dimensions, unbiased, keepdim, type);

    public static Tensor std(Tensor input, bool unbiased = true) => Given(input).std(unbiased);

    public static Tensor std(
        Tensor input,
        long dimensions,
        bool unbiased = true,
        bool keepdim = false,
        ScalarType? type = null
    ) => Given(input).std(dimensions, unbiased, keepdim, type);

    public static Tensor std(
        Tensor input,
        long[] dimensions,
        bool unbiased = true,
        bool keepdim = false,
        ScalarType? type = null
    ) => Given(input).std(dimensions, unbiased, keepdim, type);

    public static Tensor var(
        Tensor input,
        (long, long) dimensions,
        bool unbiased = true,
        bool keepdim = false,
        ScalarType? type = null
    ) => Given(input).var(dimensions, unbiased, keepdim, type);

    public static Tensor var(
        Tensor input,
        (long, long, long) dimensions,
        bool unbiased = true,
        bool keepdim = false,
        ScalarType? type = null
    ) => Given(input).var(dimensions, unbiased, keepdim, type);

    public static Tensor var(Tensor input, bool unbiased = true) => Given(input).var(unbiased);

    public static Tensor var(
        Tensor input,
        long dimensions,
        bool unbiased = true,
        bool keepdim = false,
        ScalarType? type = null
    ) => Given(input).var(dimensions, unbiased, keepdim, type);

    public static Tensor var(
        Tensor input,
        long[] dimensions,
        bool unbiased = true,
        bool keepdim = false,
        ScalarType? type = null
    ) => Given(input).var(dimensions, unbiased, keepdim, type);

    public static (Tensor, Tensor) std_mean(
        Tensor input,
        (long, long) dimensions,
        bool unbiased = true,
        bool keepdim = false,
        ScalarType? type = null
    ) => Given(input).std_mean(dimensions, unbiased, keepdim, type);

    public static (Tensor, Tensor) std_mean(
        Tensor input,
        (long, long, long) dimensions,
        bool unbiased = true,
        bool keepdim = false,
        ScalarType? type = null
    ) => Given(input).std_mean(dimensions, unbiased, keepdim, type);

    public static (Tensor, Tensor) std_mean(
        Tensor input,
        ReadOnlySpan<long> dimensions,
        bool unbiased = true,
        bool keepdim = false,
        ScalarType? type = null
    ) => Given(input).std_mean(dimensions, unbiased, keepdim, type);

    public static (Tensor, Tensor) std_mean(Tensor input, bool unbiased = true) => Given(input).std_mean(unbiased);

    public static (Tensor, Tensor) std_mean(
        Tensor input,
        long dimensions,
        bool unbiased = true,
        bool keepdim = false,
        ScalarType? type = null
    ) => Given(input).std_mean(dimensions, unbiased, keepdim, type);

    public static (Tensor, Tensor) std_mean(
        Tensor input,
        long[] dimensions,
        bool unbiased = true,
        bool keepdim = false,
        ScalarType? type = null
    ) => Given(input).std_mean(dimensions, unbiased, keepdim, type);

    public static (Tensor, Tensor) var_mean(
        Tensor input,
        (long, long) dimensions,
        bool unbiased = true,
        bool keepdim = false,
        ScalarType? type = null
    ) => Given(input).var_mean(dimensions, unbiased, keepdim, type);

    public static (Tensor, Tensor) var_mean(
        Tensor input,
        (long, long, long) dimensions,
        bool unbiased = true,
        bool keepdim = false,
        ScalarType? type = null
    ) => Given(input).var_mean(dimensions, unbiased, keepdim, type);

    public static (Tensor, Tensor) var_mean(
        Tensor input,
        ReadOnlySpan<long> dimensions,
        bool unbiased = true,
        bool keepdim = false,
        ScalarType? type = null
    ) => Given(input).var_mean(dimensions, unbiased, keepdim, type);

    public static (Tensor, Tensor) var_mean(Tensor input, bool unbiased = true) => Given(input).var_mean(unbiased);

    public static (Tensor, Tensor) var_mean(
        Tensor input,
        long dimensions,
        bool unbiased = true,
        bool keepdim = false,
        ScalarType? type = null
    ) => Given(input).var_mean(dimensions, unbiased, keepdim, type);

    public static (Tensor, Tensor) var_mean(
        Tensor input,
        long[] dimensions,
        bool unbiased = true,
        bool keepdim = false,
        ScalarType? type = null
    ) => Given(input).var_mean(dimensions, unbiased, keepdim, type);

    public static Tensor cov(Tensor input, long correction = 1, Tensor? fweights = null, Tensor? aweights = null) =>
        Given(input).cov(correction, fweights, aweights);

    public static Tensor corrcoef(Tensor input) => Given(input).corrcoef();

    public static Tensor histc(Tensor input, long bins = 100, long min = 0, long max = 0) =>
        Given(input).histc(bins, min, max);

    public static Tensor bincount(Tensor input, Tensor? weights = null, long minlength = 0) =>
        Aten.bincount(input, weights, minlength);

    public static (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(
        Tensor input,
        bool sorted = true,
        bool return_inverse = false,
        bool return_counts = false,
        int? dim = null
    ) => Given(input).unique(sorted, return_inverse, return_counts, dim);

    public static (Tensor output, Tensor? inverse_indices, Tensor? counts) unique_consecutive(
        Tensor input,
        bool return_inverse = false,
        bool return_counts = false,
        int? dim = null
    ) => Given(input).unique_consecutive(return_inverse, return_counts, dim);

    public static Tensor diff(Tensor input, long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null) =>
        Given(input).diff(n, dim, prepend, append);

    public static Tensor trapezoid(Tensor y, double dx = 1, long dim = -1) => Given(y).trapezoid(dx, dim);

    public static Tensor trapezoid(Tensor y, Tensor x, long dim = -1) => Given(y).trapezoid(x, dim);

    public static Tensor cumulative_trapezoid(Tensor y, double dx = 1, long dim = -1) =>
        Given(y).cumulative_trapezoid(dx, dim);

    public static Tensor cumulative_trapezoid(Tensor y, Tensor x, long dim = -1) =>
        Given(y).cumulative_trapezoid(x, dim);

    public static (Tensor, Tensor) histogram(
        Tensor input,
        long bins,
        (double, double)? range = null,
        Tensor? weight = null,
        bool density = false
    ) => Aten.histogram_bin_ct(input, bins, range is { } r ? [r.Item1, r.Item2] : null, weight, density);

    public static (Tensor, Tensor) histogram(Tensor input, Tensor bins, Tensor? weight = null, bool density = false) =>
        Aten.histogram_bins_tensor(input, bins, weight, density);

    public static Tensor trapz(Tensor y, double dx = 1, long dim = -1) => Aten.trapz_dx(y, dx, dim);

    public static Tensor trapz(Tensor y, Tensor x, long dim = -1) => Aten.trapz_x(y, x, dim);

    public static (Tensor, Tensor) histogram(
        Tensor input,
        long bins,
        (double, double)? range,
        Tensor? weight,
        bool density,
        out (Tensor, Tensor) out_tensor
    ) => out_tensor = histogram(input, bins, range, weight, density);

    public static (Tensor, Tensor) histogram(
        Tensor input,
        long bins,
        (double, double)? range,
        out (Tensor, Tensor) out_tensor
    ) => out_tensor = histogram(input, bins, range);

    public static (Tensor, Tensor) histogram(Tensor input, long bins, out (Tensor, Tensor) out_tensor) =>
        out_tensor = histogram(input, bins);

    public static (Tensor, Tensor) histogram(
        Tensor input,
        Tensor bins,
        Tensor? weight,
        bool density,
        out (Tensor, Tensor) out_tensor
    ) => out_tensor = histogram(input, bins, weight, density);

    public static (Tensor, Tensor) histogram(Tensor input, Tensor bins, out (Tensor, Tensor) out_tensor) =>
        out_tensor = histogram(input, bins);

    /// <summary>Differences to the neighbours, divided by twice their distance; one tensor an axis.</summary>
    public static ICollection<Tensor> gradient(Tensor input, int spacing = 1, long? dim = null, int edge_order = 1) =>
        Aten.gradient_scalarint(input, spacing: spacing, dim: dim, edge_order: edge_order);

    public static ICollection<Tensor> gradient(
        Tensor input,
        int spacing = 1,
        long[]? dims = null,
        int edge_order = 1
    ) =>
        dims is null
            ? Aten.gradient_scalarint(input, spacing: spacing, edge_order: edge_order)
            : Aten.gradient_scalararray(input, spacing, dims, edge_order);
}

using TorchSharp.Dispatch;

namespace TorchSharp;

// Element against element, element against number, and what kind of number an element is.
public static partial class torch
{
    public static Tensor eq(Tensor left, Tensor right) => Given(left).eq(right);

    public static Tensor ne(Tensor left, Tensor right) => Given(left).ne(right);

    public static Tensor lt(Tensor left, Tensor right) => Given(left).lt(right);

    public static Tensor le(Tensor left, Tensor right) => Given(left).le(right);

    public static Tensor gt(Tensor left, Tensor right) => Given(left).gt(right);

    public static Tensor ge(Tensor left, Tensor right) => Given(left).ge(right);

    public static Tensor not_equal(Tensor tensor, Tensor target) => Given(tensor).not_equal(target);

    public static Tensor less_equal(Tensor tensor, Tensor target) => Given(tensor).less_equal(target);

    public static Tensor less(Tensor tensor, Tensor target) => Given(tensor).less(target);

    public static Tensor greater(Tensor tensor, Tensor target) => Given(tensor).greater(target);

    public static Tensor greater_equal(Tensor tensor, Tensor target) => Given(tensor).greater_equal(target);

    public static Tensor equal(Tensor tensor, Tensor target) => Given(tensor).equal(target);

    public static Tensor isclose(
        Tensor tensor,
        Tensor other,
        double rtol = 1e-05,
        double atol = 1e-08,
        bool nanEqual = false
    ) => Given(tensor).isclose(other, rtol, atol, nanEqual);

    public static bool allclose(
        Tensor tensor,
        Tensor target,
        double rtol = 1e-05,
        double atol = 1e-08,
        bool equal_nan = false
    ) => Given(tensor).allclose(target, rtol, atol, equal_nan);

    public static Tensor isfinite(Tensor tensor) => Given(tensor).isfinite();

    public static Tensor isinf(Tensor tensor) => Given(tensor).isinf();

    public static Tensor isnan(Tensor input) => Given(input).isnan();

    public static Tensor isneginf(Tensor tensor) => Given(tensor).isneginf();

    public static Tensor isposinf(Tensor tensor) => Given(tensor).isposinf();

    public static Tensor isreal(Tensor tensor) => Given(tensor).isreal();

    public static Tensor isin(Tensor tensor, Tensor test_elements, bool assumeUnique = false, bool invert = false) =>
        Given(tensor).isin(test_elements, assumeUnique, invert);

    public static bool is_nonzero(Tensor input) => Given(input).is_nonzero();

    public static Tensor maximum(Tensor input, Tensor other) => Given(input).maximum(other);

    public static Tensor minimum(Tensor input, Tensor other) => Given(input).minimum(other);

    public static Tensor fmax(Tensor input, Tensor other) => Given(input).fmax(other);

    public static Tensor fmin(Tensor input, Tensor other) => Given(input).fmin(other);

    public static Tensor argsort(Tensor input, long dim = -1, bool descending = false) =>
        Given(input).argsort(dim, descending);

    public static Tensor msort(Tensor tensor) => Given(tensor).msort();

    public static Tensor bucketize(Tensor input, Tensor boundaries, bool outInt32 = false, bool right = false) =>
        Given(input).bucketize(boundaries, outInt32, right);

    public static Tensor searchsorted(
        Tensor sorted_sequence,
        Scalar values,
        bool out_int32,
        bool right,
        Tensor sorter
    ) => Aten.searchsorted_Scalar(sorted_sequence, values, out_int32, right, sorter: sorter);

    public static Tensor searchsorted(
        Tensor sorted_sequence,
        Tensor values,
        bool out_int32 = false,
        bool right = false,
        Tensor? sorter = null
    ) => Aten.searchsorted_Tensor(sorted_sequence, values, out_int32, right, sorter: sorter);
}

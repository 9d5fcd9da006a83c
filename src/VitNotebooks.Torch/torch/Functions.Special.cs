namespace TorchSharp;

// The special functions: error, gamma, Bessel and their kin.
public static partial class torch
{
    public static Tensor digamma(Tensor input) => Given(input).digamma();

    public static Tensor digamma_(Tensor input) => Given(input).digamma_();

    public static Tensor erf(Tensor input) => Given(input).erf();

    public static Tensor erf_(Tensor input) => Given(input).erf_();

    public static Tensor erfc(Tensor input) => Given(input).erfc();

    public static Tensor erfc_(Tensor input) => Given(input).erfc_();

    public static Tensor erfinv(Tensor input) => Given(input).erfinv();

    public static Tensor erfinv_(Tensor input) => Given(input).erfinv_();

    public static Tensor i0(Tensor input) => Given(input).i0();

    public static Tensor i0_(Tensor input) => Given(input).i0_();

    public static Tensor lgamma(Tensor input) => Given(input).lgamma();

    public static Tensor lgamma_(Tensor input) => Given(input).lgamma_();

    public static Tensor mvlgamma(Tensor input, long p) => Given(input).mvlgamma(p);

    public static Tensor mvlgamma_(Tensor input, long p) => Given(input).mvlgamma_(p);

    public static Tensor polygamma(Tensor input, long p) => Given(input).polygamma(p);

    public static Tensor polygamma_(Tensor input, long p) => Given(input).polygamma_(p);

    public static Tensor logit(Tensor input, double? eps = null) => Given(input).logit(eps);

    public static Tensor logit_(Tensor input, double? eps = null) => Given(input).logit_(eps);

    public static Tensor xlogy(Tensor x, Scalar y) => Given(x).xlogy(y);

    public static Tensor xlogy(Tensor x, Tensor y) => Given(x).xlogy(y);

    public static Tensor xlogy_(Tensor x, Scalar y) => Given(x).xlogy_(y);

    public static Tensor xlogy_(Tensor x, Tensor y) => Given(x).xlogy_(y);

    public static Tensor heaviside(Tensor input, Tensor values) => Given(input).heaviside(values);

    public static Tensor heaviside_(Tensor input, Tensor values) => Given(input).heaviside_(values);

    public static Tensor igamma(Tensor input, Tensor other) => Given(input).igamma(other);

    public static Tensor igammac(Tensor input, Tensor other) => Given(input).igammac(other);
}

using TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Special functions under the names of scipy.special.</summary>
    public static partial class special
    {
        public static Tensor airy_ai(Tensor input, Tensor? @out = null) =>
            @out is null ? Aten.special_airy_ai(input) : Aten.special_airy_ai_out(input, @out);

        public static Tensor bessel_j0(Tensor input, Tensor? @out = null) =>
            @out is null ? Aten.special_bessel_j0(input) : Aten.special_bessel_j0_out(input, @out);

        public static Tensor bessel_j1(Tensor input, Tensor? @out = null) =>
            @out is null ? Aten.special_bessel_j1(input) : Aten.special_bessel_j1_out(input, @out);

        public static Tensor bessel_y0(Tensor input, Tensor? @out = null) =>
            @out is null ? Aten.special_bessel_y0(input) : Aten.special_bessel_y0_out(input, @out);

        public static Tensor bessel_y1(Tensor input, Tensor? @out = null) =>
            @out is null ? Aten.special_bessel_y1(input) : Aten.special_bessel_y1_out(input, @out);

        public static Tensor chebyshev_polynomial_t(Tensor x, Tensor n, Tensor? @out = null) =>
            @out is null
                ? Aten.special_chebyshev_polynomial_t(x, n)
                : Aten.special_chebyshev_polynomial_t_out(x, n, @out);

        public static Tensor chebyshev_polynomial_u(Tensor x, Tensor n, Tensor? @out = null) =>
            @out is null
                ? Aten.special_chebyshev_polynomial_u(x, n)
                : Aten.special_chebyshev_polynomial_u_out(x, n, @out);

        public static Tensor chebyshev_polynomial_v(Tensor x, Tensor n, Tensor? @out = null) =>
            @out is null
                ? Aten.special_chebyshev_polynomial_v(x, n)
                : Aten.special_chebyshev_polynomial_v_out(x, n, @out);

        public static Tensor chebyshev_polynomial_w(Tensor x, Tensor n, Tensor? @out = null) =>
            @out is null
                ? Aten.special_chebyshev_polynomial_w(x, n)
                : Aten.special_chebyshev_polynomial_w_out(x, n, @out);

        public static Tensor digamma(Tensor input) => Aten.special_digamma(input);

        public static Tensor entr(Tensor input) => Aten.special_entr(input);

        public static Tensor erf(Tensor input) => Aten.special_erf(input);

        public static Tensor erfc(Tensor input) => Aten.special_erfc(input);

        public static Tensor erfcx(Tensor input) => Aten.special_erfcx(input);

        public static Tensor erfinv(Tensor input) => Aten.special_erfinv(input);

        public static Tensor exp2(Tensor input) => Aten.special_exp2(input);

        public static Tensor expit(Tensor input) => Aten.special_expit(input);

        public static Tensor expm1(Tensor input) => Aten.special_expm1(input);

        public static Tensor gammainc(Tensor input, Tensor other) => Aten.special_gammainc(input, other);

        public static Tensor gammaincc(Tensor input, Tensor other) => Aten.special_gammaincc(input, other);

        public static Tensor gammaln(Tensor input) => Aten.special_gammaln(input);

        public static Tensor hermite_polynomial_h(Tensor x, Tensor n, Tensor? @out = null) =>
            @out is null ? Aten.special_hermite_polynomial_h(x, n) : Aten.special_hermite_polynomial_h_out(x, n, @out);

        public static Tensor hermite_polynomial_he(Tensor x, Tensor n, Tensor? @out = null) =>
            @out is null
                ? Aten.special_hermite_polynomial_he(x, n)
                : Aten.special_hermite_polynomial_he_out(x, n, @out);

        public static Tensor i0(Tensor input) => Aten.special_i0(input);

        public static Tensor i0e(Tensor input) => Aten.special_i0e(input);

        public static Tensor i1(Tensor input) => Aten.special_i1(input);

        public static Tensor i1e(Tensor input) => Aten.special_i1e(input);

        public static Tensor laguerre_polynomial_l(Tensor x, Tensor n, Tensor? @out = null) =>
            @out is null
                ? Aten.special_laguerre_polynomial_l(x, n)
                : Aten.special_laguerre_polynomial_l_out(x, n, @out);

        public static Tensor legendre_polynomial_p(Tensor x, Tensor n, Tensor? @out = null) =>
            @out is null
                ? Aten.special_legendre_polynomial_p(x, n)
                : Aten.special_legendre_polynomial_p_out(x, n, @out);

        public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) =>
            Aten.special_log_softmax(input, dim, dtype);

        public static Tensor logit(Tensor input) => Aten.special_logit(input);

        public static Tensor modified_bessel_i0(Tensor input, Tensor? @out = null) =>
            @out is null ? Aten.special_modified_bessel_i0(input) : Aten.special_modified_bessel_i0_out(input, @out);

        public static Tensor modified_bessel_i1(Tensor input, Tensor? @out = null) =>
            @out is null ? Aten.special_modified_bessel_i1(input) : Aten.special_modified_bessel_i1_out(input, @out);

        public static Tensor modified_bessel_k0(Tensor input, Tensor? @out = null) =>
            @out is null ? Aten.special_modified_bessel_k0(input) : Aten.special_modified_bessel_k0_out(input, @out);

        public static Tensor modified_bessel_k1(Tensor input, Tensor? @out = null) =>
            @out is null ? Aten.special_modified_bessel_k1(input) : Aten.special_modified_bessel_k1_out(input, @out);

        public static Tensor multigammaln(Tensor input, long p) => Aten.special_multigammaln(input, p);

        public static Tensor ndtr(Tensor input) => Aten.special_ndtr(input);

        public static Tensor ndtri(Tensor input) => Aten.special_ndtri(input);

        public static Tensor polygamma(long n, Tensor input) => Aten.special_polygamma(n, input);

        public static Tensor psi(Tensor input) => Aten.special_psi(input);

        public static Tensor scaled_modified_bessel_k0(Tensor input, Tensor? @out = null) =>
            @out is null
                ? Aten.special_scaled_modified_bessel_k0(input)
                : Aten.special_scaled_modified_bessel_k0_out(input, @out);

        public static Tensor scaled_modified_bessel_k1(Tensor input, Tensor? @out = null) =>
            @out is null
                ? Aten.special_scaled_modified_bessel_k1(input)
                : Aten.special_scaled_modified_bessel_k1_out(input, @out);

        public static Tensor shifted_chebyshev_polynomial_t(Tensor x, Tensor n, Tensor? @out = null) =>
            @out is null
                ? Aten.special_shifted_chebyshev_polynomial_t(x, n)
                : Aten.special_shifted_chebyshev_polynomial_t_out(x, n, @out);

        public static Tensor shifted_chebyshev_polynomial_u(Tensor x, Tensor n, Tensor? @out = null) =>
            @out is null
                ? Aten.special_shifted_chebyshev_polynomial_u(x, n)
                : Aten.special_shifted_chebyshev_polynomial_u_out(x, n, @out);

        public static Tensor shifted_chebyshev_polynomial_v(Tensor x, Tensor n, Tensor? @out = null) =>
            @out is null
                ? Aten.special_shifted_chebyshev_polynomial_v(x, n)
                : Aten.special_shifted_chebyshev_polynomial_v_out(x, n, @out);

        public static Tensor shifted_chebyshev_polynomial_w(Tensor x, Tensor n, Tensor? @out = null) =>
            @out is null
                ? Aten.special_shifted_chebyshev_polynomial_w(x, n)
                : Aten.special_shifted_chebyshev_polynomial_w_out(x, n, @out);

        public static Tensor sigmoid(Tensor input) => Aten.sigmoid(input);

        public static Tensor sigmoid_(Tensor input) => Aten.sigmoid_(input);

        public static Tensor sinc(Tensor input) => Aten.special_sinc(input);

        public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) =>
            Aten.special_softmax(input, dim, dtype);

        public static Tensor spherical_bessel_j0(Tensor input, Tensor? @out = null) =>
            @out is null ? Aten.special_spherical_bessel_j0(input) : Aten.special_spherical_bessel_j0_out(input, @out);

        public static Tensor xlog1py(Tensor input, Tensor other) => Aten.special_xlog1py(input, other);

        public static Tensor zeta(Tensor x, Tensor q) => Aten.special_zeta(x, q);
    }
}

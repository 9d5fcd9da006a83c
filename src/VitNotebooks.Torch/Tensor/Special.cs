using TorchSharp.Dispatch;

namespace TorchSharp;

// The special functions: error, gamma, Bessel and their kin.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor digamma() => Aten.digamma(this);

        public Tensor digamma_() => Aten.digamma_(this);

        public Tensor erf() => Aten.erf(this);

        public Tensor erf_() => Aten.erf_(this);

        public Tensor erfc() => Aten.erfc(this);

        public Tensor erfc_() => Aten.erfc_(this);

        public Tensor erfinv() => Aten.erfinv(this);

        public Tensor erfinv_() => Aten.erfinv_(this);

        public Tensor i0() => Aten.i0(this);

        public Tensor i0_() => Aten.i0_(this);

        public Tensor lgamma() => Aten.lgamma(this);

        public Tensor lgamma_() => Aten.lgamma_(this);

        public Tensor mvlgamma(long p) => Aten.mvlgamma(this, p);

        public Tensor mvlgamma_(long p) => Aten.mvlgamma_(this, p);

        public Tensor polygamma(long p) => Aten.polygamma(p, this);

        public Tensor polygamma_(long p) => Aten.polygamma_(this, p);

        public Tensor logit(double? eps = null) => Aten.logit(this, eps);

        public Tensor logit_(double? eps = null) => Aten.logit_(this, eps);

        public Tensor xlogy(Scalar y) => Aten.xlogy_Scalar_Other(this, y);

        public Tensor xlogy(Tensor y) => Aten.xlogy_Tensor(this, y);

        public Tensor xlogy_(Scalar y) => Aten.xlogy__Scalar_Other(this, y);

        public Tensor xlogy_(Tensor y) => Aten.xlogy__Tensor(this, y);

        public Tensor heaviside(Tensor other) => Aten.heaviside(this, other);

        public Tensor heaviside_(Tensor other) => Aten.heaviside_(this, other);

        public Tensor igamma(Tensor other) => Aten.igamma(this, other);

        public Tensor igammac(Tensor other) => Aten.igammac(this, other);
    }
}

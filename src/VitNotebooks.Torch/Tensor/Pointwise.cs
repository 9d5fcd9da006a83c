using TorchSharp.Dispatch;

namespace TorchSharp;

// Functions of one element at a time.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor abs() => Aten.abs(this);

        public Tensor abs_() => Aten.abs_(this);

        public Tensor absolute() => Aten.absolute(this);

        public Tensor absolute_() => Aten.absolute_(this);

        public Tensor ceil() => Aten.ceil(this);

        public Tensor ceil_() => Aten.ceil_(this);

        public Tensor floor() => Aten.floor(this);

        public Tensor floor_() => Aten.floor_(this);

        public Tensor round(long decimals = 0) =>
            decimals == 0 ? Aten.round(this) : Aten.round_decimals(this, decimals);

        public Tensor round_(long decimals = 0) =>
            decimals == 0 ? Aten.round_(this) : Aten.round__decimals(this, decimals);

        public Tensor trunc() => Aten.trunc(this);

        public Tensor trunc_() => Aten.trunc_(this);

        public Tensor fix() => Aten.fix(this);

        public Tensor fix_() => Aten.fix_(this);

        public Tensor frac() => Aten.frac(this);

        public Tensor frac_() => Aten.frac_(this);

        public Tensor neg() => Aten.neg(this);

        public Tensor neg_() => Aten.neg_(this);

        public Tensor exp() => Aten.exp(this);

        public Tensor exp_() => Aten.exp_(this);

        public Tensor exp2() => Aten.exp2(this);

        public Tensor exp2_() => Aten.exp2_(this);

        public Tensor expm1() => Aten.expm1(this);

        public Tensor expm1_() => Aten.expm1_(this);

        public Tensor log() => Aten.log(this);

        public Tensor log_() => Aten.log_(this);

        public Tensor log2() => Aten.log2(this);

        public Tensor log2_() => Aten.log2_(this);

        public Tensor log10() => Aten.log10(this);

        public Tensor log10_() => Aten.log10_(this);

        public Tensor log1p() => Aten.log1p(this);

        public Tensor log1p_() => Aten.log1p_(this);

        public Tensor sqrt() => Aten.sqrt(this);

        public Tensor sqrt_() => Aten.sqrt_(this);

        public Tensor rsqrt() => Aten.rsqrt(this);

        public Tensor rsqrt_() => Aten.rsqrt_(this);

        public Tensor square() => Aten.square(this);

        public Tensor reciprocal() => Aten.reciprocal(this);

        public Tensor reciprocal_() => Aten.reciprocal_(this);

        public Tensor sign() => Aten.sign(this);

        public Tensor sign_() => Aten.sign_(this);

        public Tensor sgn() => Aten.sgn(this);

        public Tensor sgn_() => Aten.sgn_(this);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Aten.clamp(this, Optional(min), Optional(max));

        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Aten.clamp_Tensor(this, min, max);

        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Aten.clamp_(this, Optional(min), Optional(max));

        public Tensor clamp_(Tensor? min = null, Tensor? max = null) => Aten.clamp__Tensor(this, min, max);

        public Tensor clamp_max(Scalar max) => Aten.clamp_max(this, max);

        public Tensor clamp_max_(Scalar max) => Aten.clamp_max_(this, max);

        public Tensor clamp_min(Scalar min) => Aten.clamp_min(this, min);

        public Tensor clamp_min_(Scalar min) => Aten.clamp_min_(this, min);

        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null) =>
            Aten.nan_to_num(this, nan, posinf, neginf);

        public Tensor nan_to_num_(double nan = 0, double? posinf = null, double? neginf = null) =>
            Aten.nan_to_num_(this, nan, posinf, neginf);

        public Tensor conj_physical() => Aten.conj_physical(this);

        public Tensor conj_physical_() => Aten.conj_physical_(this);

        public Tensor negative() => Aten.negative(this);

        public Tensor positive() => Aten.positive(this);

        public Tensor signbit() => Aten.signbit(this);

        public Tensor clip(Scalar? min = null, Scalar? max = null) => Aten.clip(this, Optional(min), Optional(max));

        public Tensor conj() => Aten.conj(this);

        public (Tensor, Tensor) frexp() => Aten.frexp_Tensor(this);

        public Tensor logaddexp(Tensor other) => Aten.logaddexp(this, other);

        public Tensor logaddexp2(Tensor other) => Aten.logaddexp2(this, other);
    }
}

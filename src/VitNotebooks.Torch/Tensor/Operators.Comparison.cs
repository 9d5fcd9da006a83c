using TorchSharp.Dispatch;

namespace TorchSharp;

// Comparisons make a tensor of truth values, == among them: a null is found with "is null".
public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor operator ==(Tensor left, Tensor right) => Aten.eq_Tensor(left, right);

        public static Tensor operator ==(Tensor left, Scalar right) => Aten.eq_Scalar(left, right);

        public static Tensor operator ==(Scalar left, Tensor right) => Aten.eq_Scalar(right, left);

        public static Tensor operator !=(Tensor left, Tensor right) => Aten.ne_Tensor(left, right);

        public static Tensor operator !=(Tensor left, Scalar right) => Aten.ne_Scalar(left, right);

        public static Tensor operator !=(Scalar left, Tensor right) => Aten.ne_Scalar(right, left);

        public static Tensor operator <(Tensor left, Tensor right) => Aten.lt_Tensor(left, right);

        public static Tensor operator <(Tensor left, Scalar right) => Aten.lt_Scalar(left, right);

        public static Tensor operator <(Scalar left, Tensor right) => Aten.gt_Scalar(right, left);

        public static Tensor operator <=(Tensor left, Tensor right) => Aten.le_Tensor(left, right);

        public static Tensor operator <=(Tensor left, Scalar right) => Aten.le_Scalar(left, right);

        public static Tensor operator <=(Scalar left, Tensor right) => Aten.ge_Scalar(right, left);

        public static Tensor operator >(Tensor left, Tensor right) => Aten.gt_Tensor(left, right);

        public static Tensor operator >(Tensor left, Scalar right) => Aten.gt_Scalar(left, right);

        public static Tensor operator >(Scalar left, Tensor right) => Aten.lt_Scalar(right, left);

        public static Tensor operator >=(Tensor left, Tensor right) => Aten.ge_Tensor(left, right);

        public static Tensor operator >=(Tensor left, Scalar right) => Aten.ge_Scalar(left, right);

        public static Tensor operator >=(Scalar left, Tensor right) => Aten.le_Scalar(right, left);

        public static Tensor operator ~(Tensor left) => Aten.bitwise_not(left);

        public static Tensor operator &(Tensor left, Tensor right) => Aten.bitwise_and_Tensor(left, right);

        public static Tensor operator |(Tensor left, Tensor right) => Aten.bitwise_or_Tensor(left, right);

        public static Tensor operator ^(Tensor left, Tensor right) => Aten.bitwise_xor_Tensor(left, right);
    }
}

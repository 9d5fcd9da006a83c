using TorchSharp.Dispatch;

namespace TorchSharp;

// Arithmetic as one writes it. A number has an overload of its own, so that no Scalar is made for it.
public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor operator -(Tensor tensor) => Aten.neg(tensor);

        public static Tensor operator +(Tensor left, Tensor right) => Aten.add_Tensor(left, right);

        public static Tensor operator +(Tensor left, int right) => Aten.add_Scalar(left, right);

        public static Tensor operator +(Tensor left, long right) => Aten.add_Scalar(left, right);

        public static Tensor operator +(Tensor left, float right) => Aten.add_Scalar(left, right);

        public static Tensor operator +(Tensor left, double right) => Aten.add_Scalar(left, right);

        public static Tensor operator +(Tensor left, Scalar right) => Aten.add_Scalar(left, right);

        public static Tensor operator +(int left, Tensor right) => Aten.add_Scalar(right, left);

        public static Tensor operator +(long left, Tensor right) => Aten.add_Scalar(right, left);

        public static Tensor operator +(float left, Tensor right) => Aten.add_Scalar(right, left);

        public static Tensor operator +(double left, Tensor right) => Aten.add_Scalar(right, left);

        public static Tensor operator +(Scalar left, Tensor right) => Aten.add_Scalar(right, left);

        public static Tensor operator -(Tensor left, Tensor right) => Aten.sub_Tensor(left, right);

        public static Tensor operator -(Tensor left, int right) => Aten.sub_Scalar(left, right);

        public static Tensor operator -(Tensor left, long right) => Aten.sub_Scalar(left, right);

        public static Tensor operator -(Tensor left, float right) => Aten.sub_Scalar(left, right);

        public static Tensor operator -(Tensor left, double right) => Aten.sub_Scalar(left, right);

        public static Tensor operator -(Tensor left, Scalar right) => Aten.sub_Scalar(left, right);

        public static Tensor operator -(int left, Tensor right) => Aten.rsub_Scalar(right, left);

        public static Tensor operator -(long left, Tensor right) => Aten.rsub_Scalar(right, left);

        public static Tensor operator -(float left, Tensor right) => Aten.rsub_Scalar(right, left);

        public static Tensor operator -(double left, Tensor right) => Aten.rsub_Scalar(right, left);

        public static Tensor operator -(Scalar left, Tensor right) => Aten.rsub_Scalar(right, left);

        public static Tensor operator *(Tensor left, Tensor right) => Aten.mul_Tensor(left, right);

        public static Tensor operator *(Tensor left, int right) => Aten.mul_Scalar(left, right);

        public static Tensor operator *(Tensor left, long right) => Aten.mul_Scalar(left, right);

        public static Tensor operator *(Tensor left, float right) => Aten.mul_Scalar(left, right);

        public static Tensor operator *(Tensor left, double right) => Aten.mul_Scalar(left, right);

        public static Tensor operator *(Tensor left, Scalar right) => Aten.mul_Scalar(left, right);

        public static Tensor operator *(int left, Tensor right) => Aten.mul_Scalar(right, left);

        public static Tensor operator *(long left, Tensor right) => Aten.mul_Scalar(right, left);

        public static Tensor operator *(float left, Tensor right) => Aten.mul_Scalar(right, left);

        public static Tensor operator *(double left, Tensor right) => Aten.mul_Scalar(right, left);

        public static Tensor operator *(Scalar left, Tensor right) => Aten.mul_Scalar(right, left);

        public static Tensor operator /(Tensor left, Tensor right) => Aten.div_Tensor(left, right);

        public static Tensor operator /(Tensor left, int right) => Aten.div_Scalar(left, right);

        public static Tensor operator /(Tensor left, long right) => Aten.div_Scalar(left, right);

        public static Tensor operator /(Tensor left, float right) => Aten.div_Scalar(left, right);

        public static Tensor operator /(Tensor left, double right) => Aten.div_Scalar(left, right);

        public static Tensor operator /(Tensor left, Scalar right) => Aten.div_Scalar(left, right);

        public static Tensor operator /(int left, Tensor right) => Quotient(left, right);

        public static Tensor operator /(long left, Tensor right) => Quotient(left, right);

        public static Tensor operator /(float left, Tensor right) => Quotient(left, right);

        public static Tensor operator /(double left, Tensor right) => Quotient(left, right);

        public static Tensor operator /(Scalar left, Tensor right) => Quotient(left, right);

        public static Tensor operator %(Tensor left, Tensor right) => Aten.remainder_Tensor(left, right);

        public static Tensor operator %(Tensor left, int right) => Aten.remainder_Scalar(left, right);

        public static Tensor operator %(Tensor left, long right) => Aten.remainder_Scalar(left, right);

        public static Tensor operator %(Tensor left, float right) => Aten.remainder_Scalar(left, right);

        public static Tensor operator %(Tensor left, double right) => Aten.remainder_Scalar(left, right);

        public static Tensor operator %(Tensor left, Scalar right) => Aten.remainder_Scalar(left, right);

        // As Python's: the reciprocal, times the number.
        private static Tensor Quotient(ScalarValue left, Tensor right)
        {
            using var reciprocal = Aten.reciprocal(right);
            return Aten.mul_Scalar(reciprocal, left);
        }
    }
}

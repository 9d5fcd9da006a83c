using TorchSharp.Dispatch;

namespace TorchSharp;

// Bits and truth values.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor bitwise_and(Tensor other) => Aten.bitwise_and_Tensor(this, other);

        public Tensor bitwise_and_(Tensor other) => Aten.bitwise_and__Tensor(this, other);

        public Tensor bitwise_or(Tensor other) => Aten.bitwise_or_Tensor(this, other);

        public Tensor bitwise_or_(Tensor other) => Aten.bitwise_or__Tensor(this, other);

        public Tensor bitwise_xor(Tensor other) => Aten.bitwise_xor_Tensor(this, other);

        public Tensor bitwise_xor_(Tensor other) => Aten.bitwise_xor__Tensor(this, other);

        public Tensor bitwise_not() => Aten.bitwise_not(this);

        public Tensor bitwise_not_() => Aten.bitwise_not_(this);

        public Tensor bitwise_left_shift(Tensor other) => Aten.bitwise_left_shift_Tensor(this, other);

        public Tensor bitwise_left_shift_(Tensor other) => Aten.bitwise_left_shift__Tensor(this, other);

        public Tensor bitwise_right_shift(Tensor other) => Aten.bitwise_right_shift_Tensor(this, other);

        public Tensor bitwise_right_shift_(Tensor other) => Aten.bitwise_right_shift__Tensor(this, other);

        public Tensor logical_and(Tensor other) => Aten.logical_and(this, other);

        public Tensor logical_and_(Tensor other) => Aten.logical_and_(this, other);

        public Tensor logical_or(Tensor other) => Aten.logical_or(this, other);

        public Tensor logical_or_(Tensor other) => Aten.logical_or_(this, other);

        public Tensor logical_xor(Tensor other) => Aten.logical_xor(this, other);

        public Tensor logical_xor_(Tensor other) => Aten.logical_xor_(this, other);

        public Tensor logical_not() => Aten.logical_not(this);

        public Tensor logical_not_() => Aten.logical_not_(this);

        public Tensor gcd(Tensor other) => Aten.gcd(this, other);

        public Tensor gcd_(Tensor other) => Aten.gcd_(this, other);

        public Tensor lcm(Tensor other) => Aten.lcm(this, other);

        public Tensor lcm_(Tensor other) => Aten.lcm_(this, other);
    }
}

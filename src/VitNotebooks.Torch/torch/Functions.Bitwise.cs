namespace TorchSharp;

// Bits and truth values.
public static partial class torch
{
    public static Tensor bitwise_and(Tensor left, Tensor right) => Given(left).bitwise_and(right);

    public static Tensor bitwise_and_(Tensor left, Tensor right) => Given(left).bitwise_and_(right);

    public static Tensor bitwise_or(Tensor left, Tensor right) => Given(left).bitwise_or(right);

    public static Tensor bitwise_or_(Tensor left, Tensor right) => Given(left).bitwise_or_(right);

    public static Tensor bitwise_xor(Tensor left, Tensor right) => Given(left).bitwise_xor(right);

    public static Tensor bitwise_xor_(Tensor left, Tensor right) => Given(left).bitwise_xor_(right);

    public static Tensor bitwise_not(Tensor input) => Given(input).bitwise_not();

    public static Tensor bitwise_not_(Tensor input) => Given(input).bitwise_not_();

    public static Tensor bitwise_left_shift(Tensor left, Tensor right) => Given(left).bitwise_left_shift(right);

    public static Tensor bitwise_left_shift_(Tensor left, Tensor right) => Given(left).bitwise_left_shift_(right);

    public static Tensor bitwise_right_shift(Tensor left, Tensor right) => Given(left).bitwise_right_shift(right);

    public static Tensor bitwise_right_shift_(Tensor left, Tensor right) => Given(left).bitwise_right_shift_(right);

    public static Tensor logical_and(Tensor left, Tensor right) => Given(left).logical_and(right);

    public static Tensor logical_and_(Tensor left, Tensor right) => Given(left).logical_and_(right);

    public static Tensor logical_or(Tensor left, Tensor right) => Given(left).logical_or(right);

    public static Tensor logical_or_(Tensor left, Tensor right) => Given(left).logical_or_(right);

    public static Tensor logical_xor(Tensor left, Tensor right) => Given(left).logical_xor(right);

    public static Tensor logical_xor_(Tensor left, Tensor right) => Given(left).logical_xor_(right);

    public static Tensor logical_not(Tensor input) => Given(input).logical_not();

    public static Tensor gcd(Tensor left, Tensor right) => Given(left).gcd(right);

    public static Tensor gcd_(Tensor left, Tensor right) => Given(left).gcd_(right);

    public static Tensor lcm(Tensor input, Tensor other) => Given(input).lcm(other);

    public static Tensor lcm_(Tensor input, Tensor other) => Given(input).lcm_(other);
}

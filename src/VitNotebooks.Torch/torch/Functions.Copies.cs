namespace TorchSharp;

// Copies, and the graph left behind.
public static partial class torch
{
    public static Tensor clone(Tensor input) => Given(input).clone();

    public static Tensor resolve_conj(Tensor input) => Given(input).resolve_conj();

    public static Tensor resolve_neg(Tensor input) => Given(input).resolve_neg();
}

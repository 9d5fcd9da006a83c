namespace TorchSharp;

// Copies, and the graph left behind.
public static partial class torch
{
    public static Tensor clone(Tensor input) => input.clone();

    public static Tensor resolve_conj(Tensor input) => input.resolve_conj();

    public static Tensor resolve_neg(Tensor input) => input.resolve_neg();
}

namespace TorchSharp;

// What networks put between their layers.
public static partial class torch
{
    public static Tensor sigmoid(Tensor input) => Given(input).sigmoid();

    public static Tensor sigmoid_(Tensor input) => Given(input).sigmoid_();

    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => Given(input).softmax(dim, dtype);
}

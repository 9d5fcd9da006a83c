using static TorchSharp.torch;

namespace VitNotebooks.Acceleration;

// TorchSharp's contiguous() knows the usual order alone: of the channels as the last dimension, it is the one wanted.
public static partial class ChannelsLast
{
    private static partial Tensor Moved(Tensor images) => images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    private static partial void Put(Tensor tensor, Tensor moved) => tensor.set_(moved);
}

using TorchSharp;
using TorchSharp.Dispatch;
using static TorchSharp.torch;

namespace VitNotebooks.Acceleration;

public static partial class ChannelsLast
{
    private static partial Tensor Moved(Tensor images) => Aten.contiguous(images, memory_format.channels_last);

    private static partial void Put(Tensor tensor, Tensor moved) => tensor.SetData(moved);
}

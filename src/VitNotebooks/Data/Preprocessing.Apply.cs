using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Data;

public sealed partial record Preprocessing
{
    /// <summary>What the model gets for one image.</summary>
    /// <returns>float32 <c>[1, 3, ImageSize, ImageSize]</c> on the CPU; the caller (or his dispose scope) owns it.</returns>
    public Tensor Apply(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Pipeline pipeline = ToPipeline();
        var buffer = new PixelBuffer();
        buffer.Load(image);
        pipeline.Apply(buffer, new TorchRandom(0));
        Tensor tensor = empty([1, 3, ImageSize, ImageSize], dtype: float32);
        pipeline.Normalization.Write(buffer.Pixels, MemoryMarshal.Cast<byte, float>(tensor.bytes));
        return tensor;
    }
}

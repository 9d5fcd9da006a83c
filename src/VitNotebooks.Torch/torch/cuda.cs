using VitNotebooks.Acceleration;

namespace TorchSharp;

public static partial class torch
{
    public static partial class cuda
    {
        /// <summary>Whether NVIDIA's library of convolutions can be used.</summary>
        public static bool is_cudnn_available() => cuda_is_available() && CudaEngine.Cudnn;

        /// <summary>Waits until the device has done all that it was given; the current one for null.</summary>
        /// <exception cref="InvalidOperationException">There is no CUDA device.</exception>
        public static void synchronize(Device? device = null)
        {
            if (device is { } other && other.type != DeviceType.CUDA)
            {
                throw new ArgumentException($"cuda.synchronize: {other} is no CUDA device.", nameof(device));
            }
            Cuda.Synchronize(device?.index ?? -1);
        }
    }
}

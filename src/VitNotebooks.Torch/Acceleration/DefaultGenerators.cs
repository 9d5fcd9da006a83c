using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>The generators that ops draw from when they are given none, one a device.</summary>
[BeyondTorchSharp]
public static class DefaultGenerators
{
    /// <summary>The default generator of a device; its state can be saved and set. The caller frees the handle, the generator lives on.</summary>
    /// <param name="device">The CPU or a CUDA device with its index.</param>
    public static torch.Generator Of(torch.Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return torch.Generator.DefaultOf(device);
    }
}

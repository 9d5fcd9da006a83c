using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>The generator that ops draw from when they are given none. TorchSharp shows the CPU's alone.</summary>
public static class DefaultGenerators
{
    private static readonly Notice s_notice = new(
        "VitNotebooks: TorchSharp does not show the random state of a CUDA device, so that a run which is resumed there goes on with "
            + $"other random numbers; to have the same, {Notice.Remedy}."
    );

    /// <summary>
    /// The CPU's default generator, for every device: TorchSharp has no way to a CUDA device's, so that a run there begins
    /// alike each time and, resumed, goes on with other draws. That is said once.
    /// </summary>
    public static torch.Generator Of(torch.Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.type != DeviceType.CPU)
        {
            s_notice.Say();
        }
        return torch.Generator.Default;
    }
}

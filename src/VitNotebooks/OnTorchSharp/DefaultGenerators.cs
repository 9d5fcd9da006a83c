using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>The generator that ops draw from when they are given none. TorchSharp shows the CPU's alone.</summary>
public static class DefaultGenerators
{
    private static int s_said;

    /// <summary>
    /// The CPU's default generator, for every device: TorchSharp has no way to a CUDA device's, so that a run there begins
    /// alike each time and, resumed, goes on with other draws. That is said once.
    /// </summary>
    public static torch.Generator Of(torch.Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.type != DeviceType.CPU && Interlocked.Exchange(ref s_said, 1) == 0)
        {
            Console.Error.WriteLine(
                $"TorchSharp does not show the random state of {device}: a run that is resumed there goes on with other random numbers."
            );
        }
        return torch.Generator.Default;
    }
}

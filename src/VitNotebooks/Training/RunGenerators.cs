using VitNotebooks.Acceleration;
using static TorchSharp.torch;

namespace VitNotebooks.Training;

/// <summary>
/// The default generators that a run draws from: the CPU's always, and that of every other device that its model is on. For
/// <see cref="StepRandomness.OneSequence"/> their states are part of a checkpoint, as <c>state.generator.DEVICE</c>.
/// </summary>
internal sealed class RunGenerators
{
    private const string Key = "state.generator.";

    /// <summary>The generators of these devices and the CPU.</summary>
    /// <param name="devices">Where the model's parameters are.</param>
    public RunGenerators(IEnumerable<Device> devices) => Devices = [.. devices.Prepend(CPU).Distinct()];

    /// <summary>The CPU first, then the model's other devices.</summary>
    public IReadOnlyList<Device> Devices { get; }

    /// <summary>The states by name, in the caller's scope.</summary>
    public IEnumerable<(string Name, Tensor State)> States()
    {
        foreach (var device in Devices)
        {
            using var generator = DefaultGenerators.Of(device);
            yield return (Key + device, generator.get_state());
        }
    }

    /// <summary>Names the states that a checkpoint lacks.</summary>
    public IEnumerable<string> MissingFrom(IReadOnlyDictionary<string, Tensor> tensors) =>
        Devices.Select(d => Key + d).Where(name => !tensors.ContainsKey(name));

    /// <summary>Sets all generators to the states of a checkpoint.</summary>
    public void Restore(IReadOnlyDictionary<string, Tensor> tensors)
    {
        foreach (var device in Devices)
        {
            using var generator = DefaultGenerators.Of(device);
            generator.set_state(tensors[Key + device]);
        }
    }
}

namespace VitNotebooks.Models;

/// <summary>A model that cannot be built. The message holds every fault of the configuration, one sentence a line.</summary>
public sealed class ModelConfigException : ArgumentException
{
    /// <param name="faults">What is wrong, each with the value, the legal range and the nearest legal choice.</param>
    public ModelConfigException(IReadOnlyList<string> faults)
        : base(string.Join(Environment.NewLine, faults)) => Faults = faults;

    /// <summary>What is wrong, one sentence each.</summary>
    public IReadOnlyList<string> Faults { get; }
}

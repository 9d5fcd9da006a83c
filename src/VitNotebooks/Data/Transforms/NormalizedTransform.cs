using System.Globalization;

namespace VitNotebooks.Data;

/// <summary>
/// One step after <see cref="Normalize"/>, on a sample's numbers. A record: it compares by its settings and prints itself, and what it prints is part of
/// a run's identity. Steps keep no state, so one instance serves all threads.
/// </summary>
public abstract record NormalizedTransform
{
    /// <summary>Changes the numbers.</summary>
    /// <param name="planes"><c>[3, height, width]</c> float32.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="random">The sample's own generator; the only source of randomness.</param>
    public abstract void Apply(Span<float> planes, int width, int height, TorchRandom random);

    /// <summary>The settings as text; one text for one behaviour.</summary>
    public abstract string Describe();

    /// <summary>What is wrong with the settings, each as a part of a sentence; <see cref="Pipeline.Then(NormalizedTransform)"/> refuses these. Default: none.</summary>
    public virtual IEnumerable<string> Faults() => [];

    /// <inheritdoc/>
    public sealed override string ToString() => Describe();

    private protected static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}

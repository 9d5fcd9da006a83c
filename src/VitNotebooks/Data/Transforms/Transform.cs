using System.Globalization;

namespace VitNotebooks.Data;

/// <summary>
/// One step from image to image on 8-bit RGB. A record: it compares by its settings and prints itself, and what it prints is part of a
/// run's identity. Steps keep no state, so one instance serves all threads.
/// </summary>
public abstract record Transform
{
    /// <summary>Changes the image in the buffer.</summary>
    /// <param name="image">The image, replaced by the result.</param>
    /// <param name="random">The sample's own generator; the only source of randomness.</param>
    public abstract void Apply(PixelBuffer image, TorchRandom random);

    /// <summary>The settings as text, e.g. <c>Resize(256, bicubic)</c>; one text for one behaviour.</summary>
    public abstract string Describe();

    /// <summary>Width and height of every result, where they do not depend on the image that comes in; else null.</summary>
    public virtual (int Width, int Height)? FixedSize => null;

    /// <summary>Whether every result has the size of what came in.</summary>
    public virtual bool KeepsSize => false;

    /// <summary>
    /// What is wrong with the settings, each as a part of a sentence: what is given, what is expected. <see cref="Pipeline.Then(Transform)"/> refuses a
    /// transform with faults and names them all. Default: none.
    /// </summary>
    public virtual IEnumerable<string> Faults() => [];

    /// <inheritdoc/>
    public sealed override string ToString() => Describe();

    private protected static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private protected static string Name(WarpSampling sampling) =>
        sampling switch
        {
            WarpSampling.Nearest => "nearest",
            WarpSampling.Bilinear => "bilinear",
            WarpSampling.Bicubic => "bicubic",
            _ => "bilinear or bicubic",
        };

    private protected static IEnumerable<string> FaultsOf(double probability, string name = "Probability") =>
        probability is >= 0 and <= 1 ? [] : [$"{name} is {Number(probability)}, expected 0..1"];

    // Of a policy that does not draw it.
    private protected static IEnumerable<string> FaultsOf(WarpSampling sampling) =>
        sampling is WarpSampling.Nearest or WarpSampling.Bilinear or WarpSampling.Bicubic
            ? []
            : [$"Sampling is {sampling}, expected Nearest, Bilinear or Bicubic"];

    private protected static int AtLeastOne(int value, string what) =>
        value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(what, value, $"{what} is {value}; expected at least 1 pixel.");
}

/// <summary>How pixels between pixels are computed; both with antialiasing, as Pillow does.</summary>
public enum Interpolation
{
    /// <summary>Triangle filter, support 1.</summary>
    Bilinear,

    /// <summary>Keys' cubic with a = -0.5, support 2.</summary>
    Bicubic,
}

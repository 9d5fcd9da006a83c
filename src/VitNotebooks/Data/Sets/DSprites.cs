namespace VitNotebooks.Data;

/// <summary>What dSprites' images are told apart by.</summary>
public enum DSpritesLabel
{
    /// <summary>Square, ellipse and heart.</summary>
    Shape,

    /// <summary>Six sizes.</summary>
    Scale,

    /// <summary>The turn, whose 40 steps VTAB divides into 16 classes.</summary>
    Orientation,

    /// <summary>The place from left to right, whose 32 steps VTAB divides into 16 classes.</summary>
    Location,
}

/// <summary>
/// dSprites (Matthey et al. 2017): white figures of 64 x 64 on black, every combination of shape, scale, turn and place once. Read from the authors' .npz or .hdf5 file
/// (<see cref="DSpritesFile"/>) and held in memory at a bit a pixel (377 MB); white becomes 255.
/// </summary>
public sealed class DSprites : PixelDataset
{
    internal const int Side = 64;

    /// <summary>Bytes of an image at a bit a pixel.</summary>
    internal const int ImageBytes = Side * Side / 8;

    private const int VtabClasses = 16;

    // Steps of colour, shape, scale, orientation, x and y: what the authors' latents_sizes states.
    private static readonly int[] s_steps = [1, 3, 6, 40, 32, 32];
    private static readonly string[] s_shapes = ["square", "ellipse", "heart"];
    private readonly string _file;

    private DSprites(string file, string name, IReadOnlyList<string> classes, byte[] labels, byte[] bits)
        : base(name, classes, labels, bits, Side, ImageBytes) => _file = file;

    /// <summary>Reads all images; the authors publish no split.</summary>
    /// <param name="folder">The folder with the .hdf5 or the .npz file.</param>
    /// <param name="label">What is told apart.</param>
    /// <param name="name">What tables call it.</param>
    /// <param name="options">Who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">Neither file is there.</exception>
    /// <exception cref="DatasetFormatException">The file is damaged, of other sizes, a pixel is neither 0 nor 1, or a label out of range.</exception>
    public static DSprites Open(string folder, DSpritesLabel label, string name, OpenOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var path = DSpritesFile.Find(folder);
        var (bits, factors) = DSpritesFile.Read(path, options);
        var factor = label switch
        {
            DSpritesLabel.Shape => 1,
            DSpritesLabel.Scale => 2,
            DSpritesLabel.Orientation => 3,
            _ => 4,
        };
        var labels = new byte[bits.Length / ImageBytes];
        for (var i = 0; i < labels.Length; i++)
        {
            for (var f = 0; f < s_steps.Length; f++)
            {
                if (factors[(i * s_steps.Length) + f] is var step && (step < 0 || step >= s_steps[f]))
                {
                    throw DSpritesFile.Fault(
                        path,
                        $"image {i} has step {step} of factor {f}; expected 0 to {s_steps[f] - 1}"
                    );
                }
            }
            labels[i] = (byte)Class(factors[(i * s_steps.Length) + factor], label, s_steps[factor]);
        }
        return new DSprites(path, name, ClassesOf(label), labels, bits);
    }

    private protected override void Paint(ReadOnlySpan<byte> image, Span<byte> target)
    {
        target.Clear();
        for (var i = 0; i < image.Length; i++)
        {
            // Most of an image is black.
            for (int left = image[i], p = i * 8; left != 0; left >>= 1, p++)
            {
                if ((left & 1) != 0)
                {
                    target.Slice(p * 3, 3).Fill(255);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override string Source(int index) => $"{_file}, image {index}";

    // VTAB's: floor(step / (steps / 16)).
    private static int Class(int step, DSpritesLabel label, int steps) =>
        label is DSpritesLabel.Orientation or DSpritesLabel.Location ? step * VtabClasses / steps : step;

    private static IReadOnlyList<string> ClassesOf(DSpritesLabel label)
    {
        string Steps(int c, int steps) =>
            string.Join(", ", Enumerable.Range(0, steps).Where(step => Class(step, label, steps) == c));
        return label switch
        {
            DSpritesLabel.Shape => s_shapes,
            DSpritesLabel.Scale => [.. Enumerable.Range(0, s_steps[2]).Select(i => $"scale {i}")],
            DSpritesLabel.Orientation =>
            [
                .. Enumerable.Range(0, VtabClasses).Select(c => $"orientation {Steps(c, s_steps[3])}"),
            ],
            _ => [.. Enumerable.Range(0, VtabClasses).Select(c => $"x {Steps(c, s_steps[4])}")],
        };
    }
}

namespace VitNotebooks.Data;

/// <summary>Labelled images by index. Implementations are safe to read from several threads at once.</summary>
public interface IImageDataset
{
    /// <summary>What a table calls it, e.g. <c>cifar10/train</c>.</summary>
    string Name { get; }

    /// <summary>Number of images.</summary>
    int Count { get; }

    /// <summary>Class names; a label is an index into them.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>The label of image <paramref name="index"/>, 0..Classes.Count-1; no image is read.</summary>
    int Label(int index);

    /// <summary>The image; a fresh object at each call.</summary>
    /// <exception cref="ImageFileException">The image's file cannot be used.</exception>
    RgbImage Read(int index);

    /// <summary>What decides the content: name, sizes, hash or seed. Two datasets of one identity hold the same images.</summary>
    string Identity { get; }

    /// <summary>Reads image <paramref name="index"/> into a buffer that is used again and again: what the loader calls.</summary>
    void ReadInto(int index, PixelBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        buffer.Load(Read(index));
    }

    /// <summary>
    /// Reads as much of an image as a part that is resized next needs; a dataset of files may decode less and coarser
    /// (<see cref="Codecs.ImageCodecs"/>), any other reads the whole.
    /// </summary>
    /// <param name="index">Which image.</param>
    /// <param name="choose">The part, inside an image of the given columns and rows.</param>
    /// <param name="size">Columns and rows that the part will be resized to.</param>
    /// <param name="buffer">Gets the pixels.</param>
    /// <returns>The part in pixels of the buffer.</returns>
    /// <exception cref="ImageFileException">The image's file cannot be used.</exception>
    CropBox ReadPart(int index, Func<int, int, CropBox> choose, (int Width, int Height) size, PixelBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(choose);
        ArgumentNullException.ThrowIfNull(buffer);
        ReadInto(index, buffer);
        return choose(buffer.Width, buffer.Height);
    }

    /// <summary>The bytes of the file that image <paramref name="index"/> is decoded from; null where it has none of its own.</summary>
    byte[]? ReadFile(int index) => null;

    /// <summary>Where image <paramref name="index"/> comes from, for messages: a file, or a file and a record.</summary>
    string Source(int index) => $"{Name}[{index}]";

    /// <summary>How many images the dataset's own list names: more than <see cref="Count"/> where some of their files are not there.</summary>
    int Listed => Count;

    /// <summary>What else must be known of it, a sentence each that begins with its name: images that are not there, files that were left out.</summary>
    IReadOnlyList<string> Remarks => [];

    /// <summary>Images that could not be read so far, each once; nothing broken is ever forgotten.</summary>
    IReadOnlyList<BrokenImage> Broken => [];
}

/// <summary>An image that could not be read.</summary>
/// <param name="File">Its file.</param>
/// <param name="Reason">The sentence of the error.</param>
public sealed record BrokenImage(string File, string Reason);

/// <summary>What the loader does with an image that cannot be read.</summary>
public enum BrokenImagePolicy
{
    /// <summary>Throw at the batch that holds it (the default).</summary>
    Throw,

    /// <summary>
    /// Leave it out, so that its batch is one shorter, count it, and list it in <see cref="Loader.Broken"/> and <see cref="IImageDataset.Broken"/>.
    /// </summary>
    SkipAndCount,

    /// <summary>
    /// Show the next image of the dataset that can be read in its place, with that one's label, so that batches keep their size; count it, and list it as
    /// with <see cref="SkipAndCount"/>.
    /// </summary>
    Replace,
}

using System.Text;

namespace VitNotebooks.Data;

/// <summary>Images that stay in their tar files: the headers are read once, then any image by its place.</summary>
public sealed class TarImages : StoredImages
{
    private const int HeaderBytes = 512;

    internal TarImages(string name, IReadOnlyList<string> classes, string[] tars, OpenOptions? options = null)
        : base(name, classes, tars, options) { }

    /// <summary>The tar file, the image's name in it and its place; the place alone where the tar file cannot be read any more.</summary>
    public override string Source(int index)
    {
        var (tar, offset) = Place(index);
        // The name stands in the header before the content; a longer one than 100 letters is cut there.
        Span<byte> name = stackalloc byte[100];
        try
        {
            Fill(index, -HeaderBytes, name);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or DatasetFormatException or ObjectDisposedException)
        {
            return $"{tar}, image at byte {offset}";
        }
        var end = name.IndexOf((byte)0);
        return $"{tar}, {Encoding.UTF8.GetString(end < 0 ? name : name[..end])} at byte {offset}";
    }

    private protected override string Kind => "tar files";

    /// <summary>Adds an image.</summary>
    internal void Add(int tar, ImagePlaces entries, int entry, int label) =>
        Add(tar, entries.Offsets[entry], entries.Lengths[entry], label);
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VitNotebooks.Data.Codecs;

/// <summary>How a camera was held (EXIF 2.3, tag 0x0112): 1 upright, 2 to 4 mirrored or upside down, 5 to 8 on a side.</summary>
internal static class ExifOrientation
{
    /// <summary>Nothing to turn.</summary>
    public const int Upright = 1;

    private const ushort Tag = 0x0112;
    private const ushort Short = 3;
    private const ushort Long = 4;

    /// <summary>Whether columns become rows.</summary>
    public static bool Swaps(int orientation) => orientation >= 5;

    /// <summary>What an EXIF block says; <see cref="Upright"/> where it says nothing, or nothing that makes sense.</summary>
    /// <param name="exif">A TIFF structure, with or without <c>Exif</c> in front.</param>
    public static int Of(ReadOnlySpan<byte> exif)
    {
        if (exif.StartsWith("Exif\0\0"u8))
        {
            exif = exif[6..];
        }
        var isLittle = exif.StartsWith("II*\0"u8);
        if (exif.Length < 8 || (!isLittle && !exif.StartsWith("MM\0*"u8)))
        {
            return Upright;
        }
        var directory = Word(exif[4..], isLittle);
        if (directory > exif.Length - 2)
        {
            return Upright;
        }
        int count = Half(exif[(int)directory..], isLittle);
        var entries = exif[((int)directory + 2)..];
        for (var i = 0; i < count && entries.Length >= 12; i++, entries = entries[12..])
        {
            if (Half(entries, isLittle) != Tag)
            {
                continue;
            }
            uint value = Half(entries[2..], isLittle) switch
            {
                Short => Half(entries[8..], isLittle),
                Long => Word(entries[8..], isLittle),
                _ => Upright,
            };
            return value is >= 1 and <= 8 ? (int)value : Upright;
        }
        return Upright;
    }

    /// <summary>Turns the image upright.</summary>
    /// <param name="orientation">1..8.</param>
    /// <param name="buffer">The image.</param>
    public static void Apply(int orientation, PixelBuffer buffer)
    {
        if (orientation == Upright)
        {
            return;
        }
        var width = buffer.Width;
        var height = buffer.Height;
        var (newWidth, newHeight) = Swaps(orientation) ? (height, width) : (width, height);
        // Where the first pixel comes from, and how far its source moves a column and a row further.
        var (start, column, row) = orientation switch
        {
            2 => (width - 1, -1, width),
            3 => ((width * height) - 1, -1, -width),
            4 => ((height - 1) * width, 1, -width),
            5 => (0, width, 1),
            6 => ((height - 1) * width, -width, 1),
            7 => ((width * height) - 1, -width, -1),
            8 => (width - 1, width, -1),
            _ => throw new ArgumentOutOfRangeException(nameof(orientation), orientation, "Expected 1..8."),
        };
        ReadOnlySpan<Pixel> from = MemoryMarshal.Cast<byte, Pixel>(buffer.Pixels);
        var to = MemoryMarshal.Cast<byte, Pixel>(buffer.Scratch(newWidth, newHeight));
        for (int y = 0, at = 0; y < newHeight; y++)
        {
            var source = start + (y * row);
            for (var x = 0; x < newWidth; x++, source += column)
            {
                to[at++] = from[source];
            }
        }
        buffer.Commit(newWidth, newHeight);
    }

    private static ushort Half(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint Word(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);

    [StructLayout(LayoutKind.Sequential, Pack = 1, Size = 3)]
    private readonly struct Pixel;
}

using System.Buffers.Binary;
using System.IO.Compression;

namespace VitNotebooks.Data.Archives;

/// <summary>One file inside gzip; its checksum is gzip's own.</summary>
internal static class GzipContent
{
    private const int Least = 20; // head 10, nothing packed 2, end 8

    /// <summary>Puts it into the folder, under the archive's name without <c>.gz</c>.</summary>
    public static void Unpack(FileStream file, string archive, ExtractionFolder target)
    {
        var name = Path.GetFileName(archive);
        var inside = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        using var unpacked = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
        try
        {
            target.AddFile(inside, unpacked, length: null, crc: null);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new BrokenArchiveException(
                $"{archive}: a broken gzip: {e.Message.TrimEnd('.')}. Nothing was unpacked; fetch it again.",
                archive,
                e
            );
        }
        CheckEnd(file, target.Bytes, archive);
    }

    /// <summary>
    /// Compares the number at gzip's end with what came out. .NET's GZipStream takes a file that breaks off for one that has ended, and without its
    /// last bytes nothing was compared.
    /// </summary>
    /// <param name="file">The archive.</param>
    /// <param name="unpacked">Bytes that came out.</param>
    /// <param name="archive">What messages call it.</param>
    /// <exception cref="BrokenArchiveException">They differ.</exception>
    public static void CheckEnd(FileStream file, long unpacked, string archive)
    {
        Span<byte> last = stackalloc byte[4];
        var isThere = file.Length >= Least && RandomAccess.Read(file.SafeFileHandle, last, file.Length - 4) == 4;
        if (isThere && BinaryPrimitives.ReadUInt32LittleEndian(last) == (uint)unpacked)
        {
            return;
        }

        throw new BrokenArchiveException(
            $"{archive}: a broken gzip: {unpacked:N0} bytes came out, and its end states another number: it breaks off, or several gzip files are put "
                + "together in it. Nothing was unpacked; fetch it again, or repack it in one piece.",
            archive
        );
    }
}

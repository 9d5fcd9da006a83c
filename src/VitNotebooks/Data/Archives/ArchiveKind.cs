using System.IO.Compression;

namespace VitNotebooks.Data.Archives;

/// <summary>The archives that <see cref="ArchiveExtractor"/> unpacks.</summary>
public enum ArchiveKind
{
    /// <summary>tar: V7, ustar, pax or GNU.</summary>
    Tar,

    /// <summary>tar inside gzip: .tar.gz, .tgz.</summary>
    TarGzip,

    /// <summary>zip, also beyond 4 GB.</summary>
    Zip,

    /// <summary>One file inside gzip, which gets the archive's name without <c>.gz</c>.</summary>
    Gzip,
}

/// <summary>Tells archives by their bytes; a name may lie.</summary>
public static class ArchiveKinds
{
    private const int TarBlock = 512;
    private const int ChecksumAt = 148;
    private const int ChecksumLength = 8;

    /// <summary>What a file is.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its kind; null where it is none of them.</returns>
    /// <exception cref="FileNotFoundException">No such file.</exception>
    public static ArchiveKind? Of(string path)
    {
        Span<byte> head = stackalloc byte[TarBlock];
        using var file = File.OpenRead(path);
        var read = file.ReadAtLeast(head, TarBlock, throwOnEndOfStream: false);
        var begin = head[..read];
        if (begin.StartsWith("PK\u0003\u0004"u8) || begin.StartsWith("PK\u0005\u0006"u8))
        {
            return ArchiveKind.Zip;
        }

        if (!begin.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B, 8]))
        {
            return IsTarHeader(begin) ? ArchiveKind.Tar : null;
        }

        file.Position = 0;
        return IsTarInside(file) ? ArchiveKind.TarGzip : ArchiveKind.Gzip;
    }

    private static bool IsTarInside(Stream file)
    {
        Span<byte> head = stackalloc byte[TarBlock];
        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        try
        {
            var read = unpacked.ReadAtLeast(head, TarBlock, throwOnEndOfStream: false);
            return IsTarHeader(head[..read]) || (read == TarBlock && !head.ContainsAnyExcept((byte)0)); // or a tar of nothing
        }
        catch (InvalidDataException)
        {
            return true; // broken: whoever unpacks it says how
        }
    }

    // A V7 header has no magic; the sum of its bytes, with blanks in place of the sum itself, tells it.
    private static bool IsTarHeader(ReadOnlySpan<byte> block)
    {
        if (block.Length < TarBlock)
        {
            return false;
        }

        var sum = ChecksumLength * ' ';
        for (var i = 0; i < block.Length; i++)
        {
            if (i is < ChecksumAt or >= ChecksumAt + ChecksumLength)
            {
                sum += block[i];
            }
        }

        long stated = 0;
        foreach (var digit in block.Slice(ChecksumAt, ChecksumLength).Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return false;
            }

            stated = (stated * 8) + (digit - '0');
        }
        return stated == sum;
    }
}

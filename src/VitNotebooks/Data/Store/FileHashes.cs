using System.Buffers;
using System.Security.Cryptography;

namespace VitNotebooks.Data;

/// <summary>The hashes of a file, in hex: SHA-256, and those of the older ones that its publisher states.</summary>
/// <param name="Length">Its bytes.</param>
/// <param name="Sha256">Always there.</param>
/// <param name="Md5">Null where it was not asked for.</param>
/// <param name="Sha1">Null where it was not asked for.</param>
internal sealed record FileHashes(long Length, string Sha256, string? Md5, string? Sha1)
{
    /// <summary>Reads to the end, once for all of them.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="file">Which hashes are wanted.</param>
    /// <param name="progress">Hears how far it is, a few times a second at most.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<FileHashes> OfAsync(
        Stream content,
        RemoteFile file,
        IProgress<DownloadProgress>? progress,
        CancellationToken cancel
    )
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var md5 = file.Md5 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var sha1 = file.Sha1 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 18);
        long length = 0;
        var told = Environment.TickCount64;
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancel)) > 0)
            {
                sha256.AppendData(buffer, 0, read);
                md5?.AppendData(buffer, 0, read);
                sha1?.AppendData(buffer, 0, read);
                length += read;
                if (progress is null || Environment.TickCount64 - told < 250)
                {
                    continue;
                }

                told = Environment.TickCount64;
                progress.Report(new(length, content.Length));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return new(length, Hex(sha256)!, Hex(md5), Hex(sha1));
    }

    /// <summary>How the file differs from what is known of it, as the end of a sentence that begins with the file; null where it does not.</summary>
    /// <param name="file">What its publisher states.</param>
    /// <param name="first">What was recorded when it was first here.</param>
    public string? Difference(RemoteFile file, StoreReceipt? first)
    {
        if (file.Sha256 is { } stated && !Sha256.StartsWith(stated, StringComparison.OrdinalIgnoreCase))
        {
            return $"its SHA-256 is {Sha256}, its publisher states {stated}";
        }

        if (file.Md5 is { } md5 && !md5.Equals(Md5, StringComparison.OrdinalIgnoreCase))
        {
            return $"its MD5 is {Md5}, its publisher states {md5}";
        }

        if (file.Sha1 is { } sha1 && !sha1.Equals(Sha1, StringComparison.OrdinalIgnoreCase))
        {
            return $"its SHA-1 is {Sha1}, its publisher states {sha1}";
        }

        if (file.Size is { } size && size != Length)
        {
            return $"it has {Length:N0} bytes, its publisher states {size:N0}";
        }

        return first is null || Sha256 == first.Sha256
            ? null
            : $"its SHA-256 is {Sha256}, and it was {first.Sha256} on {first.Stored:yyyy-MM-dd}";
    }

    /// <summary>The hash of that name: SHA-256, MD5 or SHA-1.</summary>
    public string? Of(string kind) =>
        kind switch
        {
            "MD5" => Md5,
            "SHA-1" => Sha1,
            _ => Sha256,
        };

    private static string? Hex(IncrementalHash? hash) =>
        hash is null ? null : Convert.ToHexStringLower(hash.GetHashAndReset());
}

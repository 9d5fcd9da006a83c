using System.Text.Json;
using VitNotebooks.Files;

namespace VitNotebooks.Data;

/// <summary>What a store knows of a file that it has: written beside it, so that an unchanged file is not hashed again, and a later one is
/// held to the first.</summary>
/// <param name="Url">Where it came from.</param>
/// <param name="Sha256">Its SHA-256 in hex.</param>
/// <param name="Stated">What its publisher states of the hash; null for nothing.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Changed">When it was last written to.</param>
/// <param name="Stored">When it was first checked here.</param>
/// <param name="Md5">Its MD5, where its publisher states that.</param>
/// <param name="Sha1">Its SHA-1, where its publisher states that.</param>
internal sealed record StoreReceipt(
    string Url,
    string Sha256,
    string? Stated,
    long Length,
    DateTime Changed,
    DateTime Stored,
    string? Md5 = null,
    string? Sha1 = null
)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string PathFor(string file) => file + ".receipt.json";

    public static StoreReceipt? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<StoreReceipt>(File.ReadAllText(PathFor(file)), Json);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new WrongFileException(
                $"{PathFor(file)} is damaged ({e.Message}); delete it, and the file beside it counts as a new one.",
                PathFor(file)
            );
        }
    }

    /// <summary>The hashes that were found.</summary>
    public FileHashes Hashes => new(Length, Sha256, Md5, Sha1);

    public static StoreReceipt Write(string file, RemoteFile remote, FileHashes hashes, DateTime? stored)
    {
        var info = new FileInfo(file);
        var receipt = new StoreReceipt(
            remote.Url,
            hashes.Sha256,
            remote.Stated,
            info.Length,
            info.LastWriteTimeUtc,
            stored ?? DateTime.UtcNow,
            hashes.Md5,
            hashes.Sha1
        );
        DurableFile.WriteText(PathFor(file), JsonSerializer.Serialize(receipt, Json));
        return receipt;
    }

    /// <summary>Whether it holds every hash that the publisher states.</summary>
    public bool Answers(RemoteFile file) =>
        (file.Md5 is null || Md5 is not null) && (file.Sha1 is null || Sha1 is not null);

    /// <summary>Whether the file is untouched since the receipt was written.</summary>
    public bool IsOf(FileInfo file) => file.Length == Length && file.LastWriteTimeUtc == Changed;
}

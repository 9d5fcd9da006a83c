using System.Text.Json;
using VitNotebooks.Files;

namespace VitNotebooks.Data;

/// <summary>What a <see cref="DatasetStore"/> has unpacked of a dataset; written once all of it is in its place.</summary>
/// <param name="Name">The dataset.</param>
/// <param name="Folder">Its folder, which other sets may share.</param>
/// <param name="Files">The files that it was unpacked from.</param>
/// <param name="Unpacked">When the last of them was.</param>
public sealed record DatasetReceipt(string Name, string Folder, IReadOnlyList<UnpackedFile> Files, DateTime Unpacked)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Bytes of all files that were unpacked.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);

    /// <summary>Number of files that were unpacked.</summary>
    public long Count => Files.Sum(file => file.Files);

    internal static DatasetReceipt? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<DatasetReceipt>(File.ReadAllText(path), Json);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new WrongFileException(
                $"{path} is damaged ({e.Message}); delete it, and fetch the dataset again.",
                path
            );
        }
    }

    internal void Write(string path) => DurableFile.WriteText(path, JsonSerializer.Serialize(this, Json));
}

/// <summary>A file that was fetched and unpacked.</summary>
/// <param name="Path">Its place in the <see cref="DataStore"/>.</param>
/// <param name="Sha256">Its SHA-256 in hex.</param>
/// <param name="IsStated">Whether its publisher's own hash was compared.</param>
/// <param name="Files">Files that came out of it.</param>
/// <param name="Bytes">Bytes of them.</param>
public sealed record UnpackedFile(string Path, string Sha256, bool IsStated, long Files, long Bytes);

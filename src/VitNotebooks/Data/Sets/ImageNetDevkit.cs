using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;

namespace VitNotebooks.Data;

/// <summary>
/// The labels of ILSVRC2012's validation images: data/ILSVRC2012_validation_ground_truth.txt of the development kit, 50,000 lines of ILSVRC2012_IDs, 1..1000,
/// in order of the images' numbers. An ID is no class index; the manifest's <see cref="DatasetManifest.PublisherOrder"/> says which class it is.
/// </summary>
internal static class ImageNetDevkit
{
    private const string TextName = "ILSVRC2012_validation_ground_truth.txt";
    private const string ArchiveName = "ILSVRC2012_devkit_t12.tar.gz";
    private const long MostBytes = 16L << 20;

    /// <summary>The class of each validation image, as its wnid.</summary>
    /// <param name="folder">The folder that holds the kit, packed or not.</param>
    /// <param name="manifest">Gives the wnids in the order of the IDs, and the number of images.</param>
    /// <exception cref="DatasetNotFoundException">The kit is not there.</exception>
    /// <exception cref="DatasetFormatException">A line is no ID.</exception>
    public static string[] ValidationClasses(string folder, DatasetManifest manifest)
    {
        var (source, text) =
            Read(folder)
            ?? throw new DatasetNotFoundException(
                $"{folder}: the validation images have no class folders, and their labels are not there either; expected {ArchiveName} or "
                    + $"ILSVRC2012_devkit_t12/data/{TextName}. Fetch it with: vitnb data get {manifest.Name}."
            );
        var order = manifest.PublisherOrder;
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var classes = new string[lines.Length];
        for (var i = 0; i < lines.Length; i++)
        {
            classes[i] =
                int.TryParse(lines[i], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && id >= 1
                && id <= order.Count
                    ? order[id - 1]
                    : throw new DatasetFormatException(
                        $"{source}: line {i + 1} is '{(lines[i].Length > 40 ? lines[i][..40] : lines[i])}'; expected an ILSVRC2012_ID, 1..{order.Count}. Fetch the kit again.",
                        source
                    );
        }
        return classes;
    }

    private static (string Source, string Text)? Read(string folder)
    {
        foreach (var place in new[] { "", "ILSVRC2012_devkit_t12", "devkit" })
        {
            foreach (
                var path in new[]
                {
                    Path.Combine(folder, place, "data", TextName),
                    Path.Combine(folder, place, TextName),
                }
            )
            {
                if (!File.Exists(path))
                {
                    continue;
                }

                return new FileInfo(path).Length <= MostBytes
                    ? (path, File.ReadAllText(path))
                    : throw new DatasetFormatException(
                        $"{path}: {new FileInfo(path).Length:N0} bytes; expected at most {MostBytes:N0}. Fetch the kit again.",
                        path
                    );
            }
        }
        var archive = Path.Combine(folder, ArchiveName);
        return File.Exists(archive) ? (archive, ReadPacked(archive)) : null;
    }

    private static string ReadPacked(string archive)
    {
        try
        {
            using var gzip = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
            using var tar = new TarReader(gzip);
            while (tar.GetNextEntry() is { } entry)
            {
                if (!entry.Name.EndsWith("/data/" + TextName, StringComparison.Ordinal) || entry.DataStream is null)
                {
                    continue;
                }

                if (entry.Length > MostBytes)
                {
                    break;
                }

                using var reader = new StreamReader(entry.DataStream);
                return reader.ReadToEnd();
            }
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or EndOfStreamException)
        {
            throw new DatasetFormatException($"{archive}: {e.Message} Fetch the kit again.", archive);
        }
        throw new DatasetFormatException(
            $"{archive}: {TextName} of at most {MostBytes:N0} bytes is not in it. Fetch the kit again.",
            archive
        );
    }
}

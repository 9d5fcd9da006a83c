using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace VitNotebooks.Data;

/// <summary>
/// Tar shards as WebDataset writes them: the files of a sample follow one another and share their name up to the first dot, <c>0001.jpg</c> with
/// <c>0001.cls</c> (the label's number) or <c>0001.json</c> (with a member <c>label</c> or <c>cls</c>). The shards are indexed once; then any image is read by its place.
/// </summary>
public static partial class WebDataset
{
    private const int MostLabelBytes = 1 << 20;
    private const int MostShards = 1_000_000;
    private static readonly string[] s_images = ["jpg", "jpeg", "png", "webp"];

    /// <summary>Indexes shards.</summary>
    /// <param name="shards">
    /// Their paths, in order; <c>train-{0000..0146}.tar</c> stands for all of them, and a folder for its .tar files in order of their names.
    /// </param>
    /// <param name="classes">Class names in index order.</param>
    /// <param name="name">What tables call it.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">A shard is missing.</exception>
    /// <exception cref="DatasetFormatException">A shard is damaged, or a sample lacks image or label, or has a label out of range.</exception>
    public static TarImages Open(
        IReadOnlyList<string> shards,
        IReadOnlyList<string> classes,
        string name,
        OpenOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(shards);
        ArgumentNullException.ThrowIfNull(classes);
        string[] tars = [.. shards.SelectMany(Expand)];
        if (tars.Length == 0)
        {
            throw new DatasetNotFoundException(
                $"{name}: no shards in {string.Join(", ", shards)}; expected .tar files."
            );
        }

        if (Array.Find(tars, tar => !File.Exists(tar)) is { } missing)
        {
            throw new DatasetNotFoundException(
                $"{name}: {missing} is missing, one of {tars.Length:N0} shards; fetch it, or name only those that are there."
            );
        }

        var images = new TarImages(name, classes, tars, options);
        for (var i = 0; i < tars.Length; i++)
        {
            var tar = tars[i];
            var entries = PlaceIndex.Of(tar, PlaceKind.Labels, handle => Samples(handle, tar, classes.Count, options));
            for (var entry = 0; entry < entries.Count; entry++)
            {
                // An index may be of another list of classes.
                var label = entries.Numbers[entry];
                if ((uint)label >= (uint)classes.Count)
                {
                    throw Fault(
                        tar,
                        $"the image at byte {entries.Offsets[entry]:N0} has the label {label}; expected 0..{classes.Count - 1}"
                    );
                }

                images.Add(i, entries, entry, label);
            }
        }
        return images.Count > 0
            ? images
            : throw new DatasetFormatException(
                $"{tars[0]}: no samples in {tars.Length:N0} shards; expected files like 0001.jpg and 0001.cls.",
                tars[0]
            );
    }

    /// <summary>The paths that one stands for.</summary>
    internal static IEnumerable<string> Expand(string pattern)
    {
        if (Directory.Exists(pattern))
        {
            return Directory.GetFiles(pattern, "*.tar").Order(StringComparer.Ordinal);
        }

        if (Braces().Match(pattern) is not { Success: true } match)
        {
            return [pattern];
        }

        var (from, to) = (match.Groups[1].Value, match.Groups[2].Value);
        var first = int.Parse(from, CultureInfo.InvariantCulture);
        var last = int.Parse(to, CultureInfo.InvariantCulture);
        if (last < first || last - first >= MostShards)
        {
            throw new ArgumentException(
                $"'{pattern}': {from}..{to} is no range of at most {MostShards:N0} shards; expected e.g. {{0000..0146}}.",
                nameof(pattern)
            );
        }

        return Enumerable
            .Range(first, last - first + 1)
            .Select(i => i.ToString(CultureInfo.InvariantCulture).PadLeft(from.Length, '0'))
            .Select(i => pattern[..match.Index] + i + pattern[(match.Index + match.Length)..]);
    }

    private static ImagePlaces Samples(SafeFileHandle handle, string tar, int classes, OpenOptions? options)
    {
        var entries = new ImagePlaces();
        var members = new TarMembers(handle, tar, options);
        string? key = null;
        TarMember? image = null;
        int? label = null;

        void Finish()
        {
            if (image is { } found && label is { } known)
            {
                entries.Add(found, known, tar);
            }
            else if (image is not null || label is not null)
            {
                throw Fault(
                    tar,
                    $"sample '{Excerpt.Of(key!)}' has no {(image is null ? "image" : "label")}; expected {key}.jpg with {key}.cls or {key}.json"
                );
            }

            (image, label) = (null, null);
        }

        foreach (var member in members.Read(0, RandomAccess.GetLength(handle)))
        {
            var dot = member.Name.IndexOf('.', member.Name.LastIndexOf('/') + 1);
            if (dot < 0)
            {
                continue;
            }

            if (member.Name[..dot] != key)
            {
                Finish();
                key = member.Name[..dot];
            }
            var ending = member.Name[(dot + 1)..].ToLowerInvariant();
            if (s_images.Contains(ending))
            {
                image = image is null
                    ? member
                    : throw Fault(tar, $"sample '{Excerpt.Of(key)}' has two images; expected one");
            }
            else if (ending is "cls" or "json")
            {
                var read = ReadLabel(members, member, ending, tar);
                if (read < 0 || read >= classes)
                {
                    throw Fault(tar, $"{Excerpt.Of(member.Name)} holds the label {read}; expected 0..{classes - 1}");
                }

                if (label is { } other && other != read)
                {
                    throw Fault(tar, $"sample '{Excerpt.Of(key)}' has the labels {other} and {read}; expected one");
                }

                label = (int)read;
            }
        }
        Finish();
        return entries;
    }

    private static long ReadLabel(TarMembers members, TarMember member, string ending, string tar)
    {
        var bytes = members.Content(member, MostLabelBytes);
        if (ending == "cls")
        {
            return long.TryParse(
                Encoding.UTF8.GetString(bytes).Trim(),
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var number
            )
                ? number
                : throw Fault(tar, $"{Excerpt.Of(member.Name)} is no number; expected the label's");
        }

        try
        {
            using var json = JsonDocument.Parse(bytes);
            foreach (var name in new[] { "label", "cls" })
            {
                if (
                    json.RootElement.ValueKind == JsonValueKind.Object
                    && json.RootElement.TryGetProperty(name, out var value)
                    && value.ValueKind == JsonValueKind.Number
                    && value.TryGetInt64(out var label)
                )
                {
                    return label;
                }
            }
        }
        catch (JsonException e)
        {
            throw Fault(tar, $"{Excerpt.Of(member.Name)} is no JSON ({e.Message.TrimEnd('.')})");
        }
        throw Fault(tar, $"{Excerpt.Of(member.Name)} has no whole number 'label' or 'cls'");
    }

    private static DatasetFormatException Fault(string tar, string what) => new($"{tar}: {what}.", tar);

    [GeneratedRegex(@"\{([0-9]{1,9})\.\.([0-9]{1,9})\}", RegexOptions.CultureInvariant)]
    private static partial Regex Braces();
}

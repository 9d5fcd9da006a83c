using System.Globalization;
using System.Text.Json;
using VitNotebooks.Data.Codecs;

namespace VitNotebooks.Data;

/// <summary>
/// ObjectNet 1.0 (Barbu et al. 2019), the classes that ImageNet-1K has too (113 of 313): images/alarm_clock/*.png, and in the folder mappings which ImageNet classes are
/// right for each. Several may be: a prediction over ImageNet's 1,000 classes is right when it is one of them. Two pixels are cut off on each side,
/// as evaluations do: the border that marks the images as test images is one pixel wide by the set's terms.
/// </summary>
/// <remarks>Classes are in ordinal order of their folders. Images whose folder no mapping names are not part of the evaluation.</remarks>
public sealed class ObjectNet : IImageDataset
{
    private const int Border = 2;
    private const int ImageNetClassCount = 1000;
    private const long MostBytes = 4L << 20;
    private const string Remedy =
        "Take the folder mappings out of the archive again; how to get it says: vitnb data get objectnet.";
    private readonly ImageFolder _images;
    private readonly int[][] _imageNet;

    private ObjectNet(ImageFolder images, int[][] imageNet) => (_images, _imageNet) = (images, imageNet);

    /// <inheritdoc/>
    public string Name => _images.Name;

    /// <inheritdoc/>
    public int Count => _images.Count;

    /// <summary>Names as ObjectNet has them: <c>Alarm clock</c>.</summary>
    public IReadOnlyList<string> Classes => _images.Classes;

    /// <summary>As the folder's, and that the border is cut off.</summary>
    public string Identity => $"{_images.Identity} without {Border} px of border";

    /// <inheritdoc/>
    public IReadOnlyList<BrokenImage> Broken => _images.Broken;

    /// <inheritdoc/>
    public IReadOnlyList<string> Remarks => _images.Remarks;

    /// <summary>Reads the mappings and lists the images of the classes that they name.</summary>
    /// <param name="folder">The folder objectnet-1.0.</param>
    /// <param name="name">What tables call it.</param>
    /// <param name="classCount">Classes that the mappings must name; 113 are ObjectNet's own.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">A mapping, or a class's folder, is missing.</exception>
    /// <exception cref="DatasetFormatException">A mapping is damaged, or names what another does not have.</exception>
    public static ObjectNet Open(string folder, string name, int classCount = 113, OpenOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var mappings = Path.Combine(folder, "mappings");
        var folders = Texts(mappings, "folder_to_objectnet_label.json");
        var rightFor = Texts(mappings, "objectnet_to_imagenet_1k.json");
        var indexOf = ImageNetNames(mappings);
        var classes = new SortedDictionary<string, (string Label, int[] ImageNet)>(StringComparer.Ordinal);
        foreach (var (of, label) in folders)
        {
            if (rightFor.Remove(label, out var names))
            {
                classes.Add(
                    of,
                    (label, [.. names.Split("; ").Select(each => IndexOf(each, label, indexOf, mappings))])
                );
            }
        }
        var path = Path.Combine(mappings, "objectnet_to_imagenet_1k.json");
        if (rightFor.Count > 0)
        {
            throw Fault(path, $"'{Excerpt.Of(rightFor.Keys.First())}' has no folder in folder_to_objectnet_label.json");
        }

        if (classes.Count != classCount)
        {
            throw Fault(path, $"{classes.Count} classes; expected {classCount}");
        }

        return new ObjectNet(
            ImageFolder.Of(
                Path.Combine(folder, "images"),
                [.. classes.Keys],
                [.. classes.Values.Select(each => each.Label)],
                name,
                options
            ),
            [.. classes.Values.Select(each => each.ImageNet)]
        );
    }

    /// <summary>The class indices of ImageNet-1K that are right for a class.</summary>
    /// <param name="label">Its index here.</param>
    public IReadOnlyList<int> ImageNetClasses(int label) => _imageNet[label];

    /// <summary>Whether a prediction over ImageNet-1K's classes is right for image <paramref name="index"/>.</summary>
    public bool IsRight(int index, int prediction) => Array.IndexOf(_imageNet[Label(index)], prediction) >= 0;

    /// <summary>The share of the images in which a prediction is right, 0..1.</summary>
    /// <param name="predictions">Classes of ImageNet-1K, one for each image in order.</param>
    /// <exception cref="ArgumentException">There are not as many predictions as images.</exception>
    public double Accuracy(IReadOnlyList<int> predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        return predictions.Count == Count
            ? (double)Enumerable.Range(0, Count).Count(i => IsRight(i, predictions[i])) / Count
            : throw new ArgumentException(
                $"{predictions.Count:N0} predictions for {Count:N0} images; expected one each.",
                nameof(predictions)
            );
    }

    /// <inheritdoc/>
    public int Label(int index) => _images.Label(index);

    /// <inheritdoc/>
    public string Source(int index) => _images.Source(index);

    /// <inheritdoc/>
    public RgbImage Read(int index)
    {
        var buffer = new PixelBuffer();
        ReadInto(index, buffer);
        return buffer.ToImage();
    }

    /// <inheritdoc/>
    public void ReadInto(int index, PixelBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        _images.ReadInto(index, buffer);
        var (width, height) = (buffer.Width - (2 * Border), buffer.Height - (2 * Border));
        if (width < 1 || height < 1)
        {
            throw new BrokenImageException(
                $"{Source(index)}: {buffer.Width} x {buffer.Height} px; an image of ObjectNet has a border of {Border} px and more inside. Extract the archive again.",
                Source(index)
            );
        }

        buffer.CropPadded(Border, Border, width, height);
    }

    /// <inheritdoc/>
    public override string ToString() => _images.ToString();

    /// <summary>Whether images and mappings are there.</summary>
    internal static bool IsPresent(string folder) =>
        Directory.Exists(Path.Combine(folder, "images"))
        && File.Exists(Path.Combine(folder, "mappings", "objectnet_to_imagenet_1k.json"));

    /// <summary>ImageNet's class index by the name that the mappings use.</summary>
    private static Dictionary<string, int> ImageNetNames(string mappings)
    {
        var numbers = Numbers(mappings, "pytorch_to_imagenet_2012_id.json");
        var path = Path.Combine(mappings, "imagenet_to_label_2012_v2");
        Required(path);
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        var line = 0;
        foreach (var text in File.ReadLines(path).Take(ImageNetClassCount + 1))
        {
            // Two of ImageNet's classes are called crane: ObjectNet has neither.
            if (numbers.TryGetValue(line, out var index))
            {
                names.TryAdd(text.Trim(), index);
            }

            line++;
        }
        return names;
    }

    private static int IndexOf(string name, string label, Dictionary<string, int> indexOf, string mappings) =>
        indexOf.TryGetValue(name, out var index)
            ? index
            : throw Fault(
                Path.Combine(mappings, "objectnet_to_imagenet_1k.json"),
                $"'{Excerpt.Of(label)}' is ImageNet's '{Excerpt.Of(name)}', which imagenet_to_label_2012_v2 does not have"
            );

    private static Dictionary<string, string> Texts(string mappings, string file)
    {
        var path = Path.Combine(mappings, file);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text, _) in Members(path))
        {
            if (text is null || !texts.TryAdd(name, text))
            {
                throw Fault(path, $"'{Excerpt.Of(name)}' is there twice, or is no text");
            }
        }
        return texts;
    }

    /// <summary>The class index by the number that the labels' file counts.</summary>
    private static Dictionary<int, int> Numbers(string mappings, string file)
    {
        var path = Path.Combine(mappings, file);
        var numbers = new Dictionary<int, int>();
        foreach (var (name, text, number) in Members(path))
        {
            if (
                !int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                || index >= ImageNetClassCount
                || number is not (>= 0 and <= ImageNetClassCount)
                || !numbers.TryAdd(number.Value, index)
            )
            {
                throw Fault(
                    path,
                    $"'{Excerpt.Of(name)}' is {(text is null ? number?.ToString(CultureInfo.InvariantCulture) ?? "no number" : $"'{Excerpt.Of(text)}'")}; expected a class index, 0..999, and a number that no other has"
                );
            }
        }
        return numbers;
    }

    private static List<(string Name, string? Text, int? Number)> Members(string path)
    {
        Required(path);
        var bytes = new FileInfo(path).Length;
        if (bytes > MostBytes)
        {
            throw Fault(path, $"{bytes:N0} bytes; expected at most {MostBytes:N0}");
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = 4 });
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw Fault(path, "no object of names");
            }

            return
            [
                .. json
                    .RootElement.EnumerateObject()
                    .Select(member =>
                        (
                            member.Name,
                            member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : null,
                            member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out var number)
                                ? number
                                : (int?)null
                        )
                    ),
            ];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter: a text that is no UTF-8.
            throw Fault(path, $"no JSON ({e.Message.TrimEnd('.')})");
        }
    }

    private static void Required(string path)
    {
        if (!File.Exists(path))
        {
            throw new DatasetNotFoundException(
                $"{path} is missing, which says what ObjectNet's folders are among ImageNet's classes. {Remedy}"
            );
        }
    }

    private static DatasetFormatException Fault(string path, string what) => new($"{path}: {what}. {Remedy}", path);
}

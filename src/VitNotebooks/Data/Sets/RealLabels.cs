using System.Text.Json;

namespace VitNotebooks.Data;

/// <summary>
/// The reassessed labels of ImageNet's validation images (Beyer et al. 2020, "Are we done with ImageNet?"): real.json, for each image in order of its number a list
/// of classes that are right. An image with an empty list does not count.
/// </summary>
public sealed class RealLabels
{
    private const long MostBytes = 64L << 20;
    private readonly int[][] _labels;

    private RealLabels(int[][] labels) => _labels = labels;

    /// <summary>How many images there are.</summary>
    public int Count => _labels.Length;

    /// <summary>How many of them count: those with a label.</summary>
    public int Counted => _labels.Count(labels => labels.Length > 0);

    /// <summary>Reads real.json.</summary>
    /// <param name="path">The file.</param>
    /// <param name="images">How many images it must have; 50,000 are ImageNet-1K's.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <exception cref="DatasetNotFoundException">No such file.</exception>
    /// <exception cref="DatasetFormatException">It is of another form, or a label is out of range.</exception>
    public static RealLabels Read(string path, int images = 50_000, int classes = 1000)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new DatasetNotFoundException($"{path}: no such file. Fetch it with: vitnb data get imagenet-real.");
        }

        if (file.Length > MostBytes)
        {
            throw Fault(path, $"{file.Length:N0} bytes; expected at most {MostBytes:N0}");
        }

        int[][]? labels;
        try
        {
            labels = JsonSerializer.Deserialize<int[][]>(File.ReadAllBytes(path));
        }
        catch (JsonException e)
        {
            throw Fault(path, $"no list of lists of numbers ({e.Message.TrimEnd('.')})");
        }
        if (labels?.Length != images)
        {
            throw Fault(path, $"labels of {labels?.Length ?? 0:N0} images; expected {images:N0}");
        }

        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] is null || Array.Exists(labels[i], label => label < 0 || label >= classes))
            {
                throw Fault(
                    $"{path}",
                    $"image {i + 1} has the labels [{string.Join(", ", (labels[i] ?? []).Take(10))}]; expected 0..{classes - 1}"
                );
            }
        }
        return new RealLabels(labels);
    }

    /// <summary>The classes that are right for an image; empty where it does not count.</summary>
    /// <param name="number">The number in its name less one.</param>
    public IReadOnlyList<int> this[int number] => _labels[number];

    /// <summary>Whether a prediction is right; null where the image does not count.</summary>
    /// <param name="number">The number in the image's name less one.</param>
    /// <param name="prediction">The predicted class.</param>
    public bool? IsRight(int number, int prediction) =>
        _labels[number].Length == 0 ? null : Array.IndexOf(_labels[number], prediction) >= 0;

    /// <summary>The share of the images that count in which a prediction is right, 0..1.</summary>
    /// <param name="predictions">One for each image, in order of their numbers.</param>
    /// <exception cref="ArgumentException">There are not as many predictions as images, or no image counts.</exception>
    public double Accuracy(IReadOnlyList<int> predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        if (predictions.Count != Count || Counted == 0)
        {
            throw new ArgumentException(
                $"{predictions.Count:N0} predictions for {Count:N0} images, of which {Counted:N0} count; expected one each.",
                nameof(predictions)
            );
        }

        return (double)Enumerable.Range(0, Count).Count(i => IsRight(i, predictions[i]) == true) / Counted;
    }

    private static DatasetFormatException Fault(string path, string what) =>
        new($"{path}: {what}. Fetch it again: vitnb data get imagenet-real.", path);
}

namespace VitNotebooks.Data;

/// <summary>
/// Kaggle's Diabetic Retinopathy Detection (EyePACS 2015): train/10_left.jpeg with trainLabels.csv, test/1_left.jpeg with retinopathy_solution.csv, whose images of usage Public
/// validate and of usage Private test. Classes are the levels of the disease, 0 to 4.
/// </summary>
/// <remarks>The images are taken as they are. VTAB's are scaled and greyed first, as the winner of the competition did (tensorflow_datasets' btgraham-300).</remarks>
public static class Retinopathy
{
    private const string TrainLabels = "trainLabels.csv";
    private const string Solution = "retinopathy_solution.csv";
    private const int Levels = 5;
    private const string Remedy = "How to get it says: vitnb data get retinopathy.";
    private static readonly string[] s_classes = ["no retinopathy", "mild", "moderate", "severe", "proliferative"];

    /// <summary>Reads the lists and looks which images are there.</summary>
    /// <param name="folder">The folder with train, test and the two lists.</param>
    /// <param name="name">What tables call the set.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">A list, or every image of a split, is missing.</exception>
    /// <exception cref="DatasetFormatException">A line is not of its form; the message names it.</exception>
    public static (ListedImages Train, ListedImages Validation, ListedImages Test) Open(
        string folder,
        string name,
        OpenOptions? options = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var train = Rows(folder, TrainLabels, "image,level")
            .Select(row => (Path: $"train/{row.Image}", row.Level))
            .ToArray();
        var solution = Rows(folder, Solution, "image,level,Usage")
            .Select(row => (Path: $"test/{row.Image}", row.Level, row.Usage))
            .ToArray();
        ListedImages Split(string split, IEnumerable<(string Path, int Label)> files) =>
            new(folder, $"{name}/{split}", s_classes, files, Remedy, options);
        return (
            Split("train", train),
            Split("val", solution.Where(row => row.Usage == "Public").Select(row => (row.Path, row.Level))),
            Split("test", solution.Where(row => row.Usage == "Private").Select(row => (row.Path, row.Level)))
        );
    }

    /// <summary>Whether the lists are there.</summary>
    internal static bool IsPresent(string folder) =>
        File.Exists(Path.Combine(folder, TrainLabels)) && File.Exists(Path.Combine(folder, Solution));

    private static IEnumerable<(string Image, int Level, string Usage)> Rows(string folder, string file, string head)
    {
        var list = new ListFile(Path.Combine(folder, file), Remedy, ',');
        var columns = head.Split(',').Length;
        var images = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (line, fields) in list.Rows(columns))
        {
            if (line == 1)
            {
                if (string.Join(',', fields) != head)
                {
                    throw list.Fault(line, $"is '{Excerpt.Of(string.Join(',', fields))}'; expected {head}");
                }

                continue;
            }
            var image = list.Inside(line, fields[0]);
            if (image.Contains('/') || !images.Add(image))
            {
                throw list.Fault(
                    line,
                    $"has the image '{Excerpt.Of(image)}'; expected a name without its ending, once in the list"
                );
            }

            var usage = columns == 3 ? fields[2] : "";
            if (columns == 3 && usage is not ("Public" or "Private"))
            {
                throw list.Fault(line, $"has the usage '{Excerpt.Of(usage)}'; expected Public or Private");
            }

            yield return ($"{image}.jpeg", list.Number(line, fields[1], 0, Levels - 1), usage);
        }
    }
}

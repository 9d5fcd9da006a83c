using System.Globalization;
using System.Numerics;

namespace VitNotebooks.Data;

/// <summary>
/// KITTI's object detection set (Geiger et al. 2012), by how far the nearest car, van or truck is: four classes, VTAB's (task_adaptation d7630d3, data/kitti.py). Images are
/// training/image_2/000000.png, annotations training/label_2/000000.txt.
/// </summary>
/// <remarks>
/// The splits are those of tensorflow_datasets' kitti 3.1.0. They keep the images of a drive together: of the drives in order of their names a tenth is drawn for testing, then as
/// many of the others for validation, by numpy's generator of seed 123. Which drive an image is of say mapping/train_rand.txt and mapping/train_mapping.txt of the
/// development kit.
/// </remarks>
public static class Kitti
{
    private const string Images = "training/image_2";
    private const string Labels = "training/label_2";
    private const string Places = "mapping/train_rand.txt";
    private const string Drives = "mapping/train_mapping.txt";
    private const int Seed = 123;
    private const int Fields = 15;
    private const int DepthField = 13;
    private const float NoVehicle = 1000;
    private const long MostBytes = 64L << 20;
    private const string Remedy = "Fetch the set again: vitnb data get kitti.";

    // A distance belongs to the last bound that is less than it.
    private static readonly float[] s_bounds = [-100, 8, 20, 999];
    private static readonly string[] s_classes = ["up to 8 m", "8 to 20 m", "over 20 m", "no vehicle"];

    /// <summary>Reads the annotations and looks which images are there.</summary>
    /// <param name="folder">The folder that holds training and the development kit's mapping.</param>
    /// <param name="name">What tables call the set.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">The mapping, an annotation, or every image of a split is missing.</exception>
    /// <exception cref="DatasetFormatException">A line is not of its form; the message names it.</exception>
    public static (ListedImages Train, ListedImages Validation, ListedImages Test) Open(
        string folder,
        string name,
        OpenOptions? options = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var drives = DrivesOf(folder);
        var (tests, validates) = Draw([.. drives.Distinct().Order(StringComparer.Ordinal)]);
        ListedImages Split(string split, Func<string, bool> isIn) =>
            new(
                folder,
                $"{name}/{split}",
                s_classes,
                Enumerable
                    .Range(0, drives.Length)
                    .Where(image => isIn(drives[image]))
                    .Select(image => ($"{Images}/{image:D6}.png", Label(folder, image))),
                Remedy,
                options
            );
        return (
            Split("train", drive => !tests.Contains(drive) && !validates.Contains(drive)),
            Split("val", validates.Contains),
            Split("test", tests.Contains)
        );
    }

    /// <summary>Whether annotations and mapping are there.</summary>
    internal static bool IsPresent(string folder) =>
        Directory.Exists(Path.Combine(folder, Labels))
        && File.Exists(Path.Combine(folder, Places))
        && File.Exists(Path.Combine(folder, Drives));

    // The drive of each image: the image's place in the list of all frames, from 1, then that line's second field.
    private static string[] DrivesOf(string folder)
    {
        var frames = new ListFile(Path.Combine(folder, Drives), Remedy).Rows(3).Select(row => row.Fields[1]).ToArray();
        var path = Path.Combine(folder, Places);
        if (!File.Exists(path))
        {
            throw new DatasetNotFoundException($"{path} is missing. {Remedy}");
        }

        if (new FileInfo(path).Length > MostBytes)
        {
            throw Fault(path, $"it has over {MostBytes:N0} bytes");
        }

        var places = File.ReadAllText(path).Split(',');
        if (places.Length > frames.Length)
        {
            throw Fault(
                path,
                $"it has {places.Length:N0} places, and {Drives} has {frames.Length:N0} lines; expected as many at most"
            );
        }

        return
        [
            .. places.Select(
                (text, image) =>
                    int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var place)
                    && place >= 1
                    && place <= frames.Length
                        ? frames[place - 1]
                        : throw Fault(
                            path,
                            $"the place of image {image} is '{Excerpt.Of(text.Trim())}'; expected a number, 1 to {frames.Length:N0}"
                        )
            ),
        ];
    }

    /// <summary>The drives of testing and of validation.</summary>
    /// <param name="drives">All of them, in the order of their names.</param>
    internal static (IReadOnlySet<string> Tests, IReadOnlySet<string> Validates) Draw(IReadOnlyList<string> drives)
    {
        var random = new TorchRandom(Seed);
        var count = Math.Max(1, drives.Count / 10);
        var tests = Choose(drives, count, random);
        return (tests, Choose([.. drives.Where(drive => !tests.Contains(drive))], count, random));
    }

    // numpy.random.choice without replacement: the first of a permutation, whose swaps are drawn from the end, each a word with as many bits as its bound, until one is within it.
    private static HashSet<string> Choose(IReadOnlyList<string> from, int count, TorchRandom random)
    {
        string[] shuffled = [.. from];
        for (var i = shuffled.Length - 1; i > 0; i--)
        {
            var mask = BitOperations.RoundUpToPowerOf2((uint)i + 1) - 1;
            uint other;
            do
            {
                other = random.NextUInt32() & mask;
            } while (other > i);
            (shuffled[i], shuffled[other]) = (shuffled[other], shuffled[i]);
        }
        return shuffled.Take(count).ToHashSet(StringComparer.Ordinal);
    }

    private static int Label(string folder, int image)
    {
        var file = new ListFile(Path.Combine(folder, Labels, $"{image:D6}.txt"), Remedy);
        var nearest = NoVehicle;
        foreach (var (line, fields) in file.Rows(Fields))
        {
            if (fields[0] is not ("Car" or "Van" or "Truck"))
            {
                continue;
            }

            nearest =
                float.TryParse(fields[DepthField], NumberStyles.Float, CultureInfo.InvariantCulture, out var depth)
                && depth > s_bounds[0]
                && depth < NoVehicle
                    ? Math.Min(nearest, depth)
                    : throw file.Fault(
                        line,
                        $"has the distance '{Excerpt.Of(fields[DepthField])}'; expected a number of metres over {s_bounds[0]}, under {NoVehicle}"
                    );
        }
        return Array.FindLastIndex(s_bounds, bound => bound < nearest);
    }

    private static DatasetFormatException Fault(string path, string what) => new($"{path}: {what}. {Remedy}", path);
}

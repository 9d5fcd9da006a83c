namespace VitNotebooks.Data;

/// <summary>What CLEVR's images are told apart by.</summary>
public enum ClevrLabel
{
    /// <summary>How many objects there are, 3 to 10: eight classes.</summary>
    Count,

    /// <summary>How far the nearest object is from the camera, in six classes that VTAB's bounds 8, 8.5, 9, 9.5 and 10 part.</summary>
    Distance,
}

/// <summary>
/// CLEVR v1.0 (Johnson et al. 2017, arXiv 1612.06890): images/train/CLEVR_train_000000.png and images/val, with what is in each in scenes/CLEVR_train_scenes.json and
/// CLEVR_val_scenes.json. The classes are those of VTAB's two tasks (task_adaptation d7630d3, data/clevr.py). The scenes of the test images are not published.
/// </summary>
public static class Clevr
{
    private const int FewestObjects = 3;
    private const int MostObjects = 10;
    private const int LongestName = 255;
    private const string Remedy = "Fetch the set again: vitnb data get clevr.";

    // A distance belongs to the last bound that is less than it.
    private static readonly float[] s_bounds = [0, 8, 8.5f, 9, 9.5f, 10, 100];
    private static readonly string[] s_counts =
    [
        .. Enumerable.Range(FewestObjects, MostObjects - FewestObjects + 1).Select(count => $"{count} objects"),
    ];
    private static readonly string[] s_distances =
    [
        "up to 8",
        "8 to 8.5",
        "8.5 to 9",
        "9 to 9.5",
        "9.5 to 10",
        "over 10",
    ];

    /// <summary>Reads the scenes of a split and looks which images are there.</summary>
    /// <param name="folder">The folder CLEVR_v1.0.</param>
    /// <param name="split"><c>train</c> or <c>val</c>.</param>
    /// <param name="label">What is told apart.</param>
    /// <param name="name">What tables call the split.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">The scenes, or every image, are missing.</exception>
    /// <exception cref="DatasetFormatException">The scenes are damaged, name a file outside the images' folder, or give a label out of range.</exception>
    public static ListedImages OpenSplit(
        string folder,
        string split,
        ClevrLabel label,
        string name,
        OpenOptions? options = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (split is not ("train" or "val"))
        {
            throw new ArgumentException(
                $"CLEVR has no split '{split}' with labels; it has train and val.",
                nameof(split)
            );
        }

        var path = ScenesPath(folder, split);
        if (!File.Exists(path))
        {
            throw new DatasetNotFoundException($"{path} is missing. {Remedy}");
        }

        var files = ClevrScenes
            .Read(path, Remedy, options)
            .Select(
                (scene, i) =>
                    scene.Image.Length <= LongestName && ListFile.IsInside(scene.Image) && !scene.Image.Contains('/')
                        ? (scene.Image, label == ClevrLabel.Count ? Count(path, i, scene) : Distance(path, i, scene))
                        : throw Fault(
                            path,
                            $"scene {i} has the image '{Excerpt.Of(scene.Image)}'; expected a file's name"
                        )
            );
        return new ListedImages(
            Path.Combine(folder, "images", split),
            name,
            label == ClevrLabel.Count ? s_counts : s_distances,
            files,
            Remedy,
            options
        );
    }

    /// <summary>Whether the scenes are there.</summary>
    internal static bool IsPresent(string folder) =>
        File.Exists(ScenesPath(folder, "train")) && File.Exists(ScenesPath(folder, "val"));

    private static string ScenesPath(string folder, string split) =>
        Path.Combine(folder, "scenes", $"CLEVR_{split}_scenes.json");

    private static int Count(string path, int index, ClevrScene scene) =>
        scene.Objects is >= FewestObjects and <= MostObjects
            ? scene.Objects - FewestObjects
            : throw Fault(
                path,
                $"scene {index} has {scene.Objects:N0} objects; expected {FewestObjects} to {MostObjects}"
            );

    private static int Distance(string path, int index, ClevrScene scene)
    {
        var last = Array.FindLastIndex(s_bounds, bound => bound < scene.Nearest);
        return last >= 0 && last < s_distances.Length
            ? last
            : throw Fault(
                path,
                $"scene {index} has its nearest object at {scene.Nearest}; expected a distance over {s_bounds[0]}, at most {s_bounds[^1]}"
            );
    }

    private static DatasetFormatException Fault(string path, string what) => new($"{path}: {what}. {Remedy}", path);
}

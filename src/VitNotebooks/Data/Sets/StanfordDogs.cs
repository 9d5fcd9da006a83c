namespace VitNotebooks.Data;

/// <summary>
/// Stanford Dogs (Khosla et al. 2011): train_list.mat and test_list.mat with file_list (paths below Images, <c>n02085620-Chihuahua/n02085620_5927.jpg</c>) and labels,
/// 1 to 120. The index of a class is its number less one, its name is its folder's.
/// </summary>
public static class StanfordDogs
{
    private const string Remedy = "Fetch the set again: vitnb data get stanford-dogs.";
    private const string TrainList = "train_list.mat";
    private const string TestList = "test_list.mat";
    private const int MostClasses = 100_000;
    private const long MostBytes = 64L << 20;

    /// <summary>Reads the lists and looks which images are there.</summary>
    /// <param name="folder">The folder that holds the lists and Images.</param>
    /// <param name="name">What tables call the set.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">A list, or every image of a split, is missing.</exception>
    /// <exception cref="DatasetFormatException">A list is of another form, or gives a folder two labels.</exception>
    public static (ListedImages Train, ListedImages Test) Open(string folder, string name, OpenOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var folders = new SortedDictionary<int, string>();
        var train = Read(Path.Combine(folder, TrainList), folders);
        var count = folders.Count;
        if (count == 0 || folders.Keys.Last() != count)
        {
            throw new DatasetFormatException(
                $"{Path.Combine(folder, TrainList)}: {count} classes, the last numbered {folders.Keys.LastOrDefault()}; expected 1, 2, 3 and so on. {Remedy}",
                Path.Combine(folder, TrainList)
            );
        }

        var test = Read(Path.Combine(folder, TestList), folders);
        if (folders.Count > count)
        {
            throw new DatasetFormatException(
                $"{Path.Combine(folder, TestList)}: label {folders.Keys.Last()} is not in {TrainList}; expected 1 to {count}. {Remedy}",
                Path.Combine(folder, TestList)
            );
        }

        string[] classes = [.. folders.Values];
        return (
            new ListedImages(folder, $"{name}/train", classes, train, Remedy, options),
            new ListedImages(folder, $"{name}/test", classes, test, Remedy, options)
        );
    }

    /// <summary>Whether the lists are there.</summary>
    internal static bool IsPresent(string folder) =>
        File.Exists(Path.Combine(folder, TrainList)) && File.Exists(Path.Combine(folder, TestList));

    private static List<(string Path, int Label)> Read(string path, SortedDictionary<int, string> folders)
    {
        if (!File.Exists(path))
        {
            throw new DatasetNotFoundException($"{path} is missing. {Remedy}");
        }

        var variables = MatFile.Read(path, ["file_list", "labels"], MostBytes);
        var names = variables["file_list"].Texts();
        var labels = variables["labels"].Integers(1, MostClasses);
        if (names.Length != labels.Length)
        {
            throw new DatasetFormatException(
                $"{path}: file_list has {names.Length:N0} files and labels {labels.Length:N0} numbers; expected as many. {Remedy}",
                path
            );
        }

        var files = new List<(string, int)>(names.Length);
        for (var i = 0; i < names.Length; i++)
        {
            var slash = names[i].IndexOf('/', StringComparison.Ordinal);
            if (slash < 1 || !ListFile.IsInside(names[i]))
            {
                throw new DatasetFormatException(
                    $"{path}: file_list{{{i + 1}}} is '{names[i]}'; expected folder/file below Images. {Remedy}",
                    path
                );
            }

            var of = names[i][..slash];
            if (folders.TryGetValue(labels[i], out var known) ? known != of : !folders.TryAdd(labels[i], of))
            {
                throw new DatasetFormatException(
                    $"{path}: file_list{{{i + 1}}} lies in '{of}' and has the label {labels[i]}, which is '{known}' elsewhere. {Remedy}",
                    path
                );
            }

            files.Add(($"Images/{names[i]}", labels[i] - 1));
        }
        return files;
    }
}

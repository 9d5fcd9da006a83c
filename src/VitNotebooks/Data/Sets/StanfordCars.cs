namespace VitNotebooks.Data;

/// <summary>
/// Stanford Cars (Krause et al. 2013): images below cars_train and cars_test with devkit/cars_train_annos.mat, cars_test_annos_withlabels.mat and devkit/cars_meta.mat; or the
/// one folder car_ims with cars_annos.mat, whose field <c>test</c> says the split. The index of a class is its number less one, names are the files' class_names.
/// </summary>
public static class StanfordCars
{
    private const string Remedy = "Fetch the set again: vitnb data get stanford-cars.";
    private const string Single = "cars_annos.mat";
    private const string TestList = "cars_test_annos_withlabels.mat";
    private const long MostBytes = 64L << 20;

    /// <summary>Reads the annotations and looks which images are there.</summary>
    /// <param name="folder">The folder that holds all of it.</param>
    /// <param name="name">What tables call the set.</param>
    /// <param name="options">How each image is decoded, who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">A file, or every image of a split, is missing.</exception>
    /// <exception cref="DatasetFormatException">An annotation is of another form, or its class is out of range.</exception>
    public static (ListedImages Train, ListedImages Test) Open(string folder, string name, OpenOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var single = Path.Combine(folder, Single);
        if (File.Exists(single))
        {
            return OpenSingle(folder, single, name, options);
        }

        var classes = Classes(Find(folder, "cars_meta.mat"));
        ListedImages Split(string list, string images, string split)
        {
            var annotations = Read(list, "annotations");
            return new(
                folder,
                $"{name}/{split}",
                classes,
                Enumerable
                    .Range(0, annotations.Count)
                    .Select(i => ($"{images}/{PathOf(annotations, i, "fname")}", Label(annotations, i, classes))),
                Remedy,
                options
            );
        }
        return (
            Split(Find(folder, "cars_train_annos.mat"), "cars_train", "train"),
            Split(Find(folder, TestList), "cars_test", "test")
        );
    }

    /// <summary>Whether the annotations are there.</summary>
    internal static bool IsPresent(string folder) =>
        File.Exists(Path.Combine(folder, Single))
        || new[] { "cars_meta.mat", "cars_train_annos.mat", TestList }.All(file => Place(folder, file) is not null);

    private static (ListedImages Train, ListedImages Test) OpenSingle(
        string folder,
        string path,
        string name,
        OpenOptions? options
    )
    {
        var variables = MatFile.Read(path, ["annotations", "class_names"], MostBytes);
        var classes = Names(variables["class_names"]);
        var annotations = variables["annotations"];
        var files = new List<(string Path, int Label, bool Test)>(annotations.Count);
        for (var i = 0; i < annotations.Count; i++)
        {
            files.Add(
                (
                    PathOf(annotations, i, "relative_im_path"),
                    Label(annotations, i, classes),
                    annotations.Field(i, "test").Integer(0, 1) == 1
                )
            );
        }
        ListedImages Split(bool test) =>
            new(
                folder,
                $"{name}/{(test ? "test" : "train")}",
                classes,
                files.Where(file => file.Test == test).Select(file => (file.Path, file.Label)),
                Remedy,
                options
            );
        return (Split(test: false), Split(test: true));
    }

    private static string[] Classes(string path) => Names(Read(path, "class_names"));

    private static string[] Names(MatArray names)
    {
        var texts = names.Texts();
        return texts.Length > 0 && texts.All(text => !string.IsNullOrWhiteSpace(text))
            ? texts
            : throw new DatasetFormatException(
                $"{names.File}: {names.Name} has an empty name, or none; expected one a class. {Remedy}",
                names.File
            );
    }

    private static MatArray Read(string path, string variable) => MatFile.Read(path, [variable], MostBytes)[variable];

    private static int Label(MatArray annotations, int index, string[] classes) =>
        annotations.Field(index, "class").Integer(1, classes.Length) - 1;

    private static string PathOf(MatArray annotations, int index, string field)
    {
        var path = annotations.Field(index, field).Line();
        return ListFile.IsInside(path)
            ? path
            : throw new DatasetFormatException(
                $"{annotations.File}: {annotations.Name}({index + 1}).{field} is '{path}'; expected an image's path below {Path.GetDirectoryName(annotations.File)}. {Remedy}",
                annotations.File
            );
    }

    private static string Find(string folder, string file) =>
        Place(folder, file)
        ?? throw new DatasetNotFoundException(
            $"{Path.GetFullPath(folder)}: {file} is neither there nor in its folder devkit. {Remedy}"
        );

    private static string? Place(string folder, string file) =>
        new[] { Path.Combine(folder, file), Path.Combine(folder, "devkit", file) }.FirstOrDefault(File.Exists);
}

using System.CommandLine;
using VitNotebooks.Data;

namespace VitNotebooks.Cli;

/// <summary><c>--root FOLDER</c> of the commands about datasets, and the names that they take.</summary>
internal static class DataFolderOption
{
    public static Option<string?> Create() =>
        new("--root")
        {
            Description =
                $"The folder of datasets; by default the one that {Datasets.RootVariable} names, else one in the cache folder.",
        };

    public static Argument<string> Name() =>
        new("NAME") { Description = "The dataset's name, or the file of a manifest of one's own (.json)." };

    public static DatasetStore Store(string? root) =>
        new(
            root ?? DatasetStore.DefaultRoot,
            new DataStore(DataStore.Default.Folder) { Say = Console.Error.WriteLine }
        );
}

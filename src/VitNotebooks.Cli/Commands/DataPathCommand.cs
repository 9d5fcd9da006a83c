using System.CommandLine;
using VitNotebooks.Data;

namespace VitNotebooks.Cli;

/// <summary><c>vitnb data path NAME</c>: the folder of a dataset that is here, for scripts.</summary>
internal static class DataPathCommand
{
    public static Command Create()
    {
        var name = DataFolderOption.Name();
        var root = DataFolderOption.Create();
        var command = new Command("path", "Prints the folder of a dataset that is here.") { name, root };
        command.SetAction(parsed =>
        {
            var manifest = DatasetManifests.Open(parsed.GetValue(name)!);
            var store = DataFolderOption.Store(parsed.GetValue(root));
            if (store.StateOf(manifest) is DatasetState.Absent)
            {
                throw new DatasetNotFoundException(
                    $"{manifest.Name} is not in {store.Root}; vitnb data get {manifest.Name} fetches it."
                );
            }

            Console.WriteLine(store.PathOf(manifest));
            return ExitCode.Success;
        });
        return command;
    }
}

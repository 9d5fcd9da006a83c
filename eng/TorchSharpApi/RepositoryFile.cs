namespace TorchSharpApi;

/// <summary>Files of the source tree, from wherever the program runs inside it.</summary>
public static class RepositoryFile
{
    /// <summary>The full path of a file that is named from the root, the folder with VitNotebooks.sln.</summary>
    public static string Path(string fromRoot)
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder, "VitNotebooks.sln")))
        {
            folder = System.IO.Path.GetDirectoryName(folder);
        }

        return folder is null
            ? throw new FileNotFoundException(
                $"{AppContext.BaseDirectory} is not inside the source tree: no VitNotebooks.sln above it."
            )
            : System.IO.Path.Combine(folder, fromRoot);
    }
}

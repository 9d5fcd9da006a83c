namespace VitNotebooks.Cli.Tests;

/// <summary>The sources that the tests are of.</summary>
internal static class Repository
{
    /// <summary>Its folder.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "VitNotebooks.sln")))
        {
            folder = folder.Parent;
        }
        return folder?.FullName
            ?? throw new DirectoryNotFoundException($"No VitNotebooks.sln above {AppContext.BaseDirectory}.");
    }
}

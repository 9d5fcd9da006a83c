using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>A test on a dataset's real files, which never enter the repository; without them it is skipped with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealDataFactAttribute : FactAttribute
{
    /// <param name="folder">The folder below VITNB_DATA that must be there.</param>
    public RealDataFactAttribute(string folder) =>
        Skip =
            Root is null ? $"{Datasets.RootVariable} is not set; it names the folder that holds {folder}."
            : Directory.Exists(Path.Combine(Root, folder)) ? null
            : $"{Datasets.RootVariable} is {Root}, where there is no {folder}.";

    public static string? Root { get; } =
        Environment.GetEnvironmentVariable(Datasets.RootVariable) is { Length: > 0 } value ? value : null;
}

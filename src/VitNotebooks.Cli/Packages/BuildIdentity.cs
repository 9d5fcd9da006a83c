using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace VitNotebooks.Cli;

/// <summary>Tells builds apart that carry the same version: builds are deterministic, so equal sources have equal ids.</summary>
internal static class BuildIdentity
{
    /// <summary>The module version id that the compiler wrote into an assembly.</summary>
    /// <exception cref="BadImageFormatException">The file is no .NET assembly.</exception>
    public static Guid Of(string path)
    {
        using var stream = File.OpenRead(path);
        using var image = new PEReader(stream);
        if (!image.HasMetadata)
        {
            throw new BadImageFormatException($"{path} is no .NET assembly.");
        }

        var metadata = image.GetMetadataReader();
        return metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
    }
}

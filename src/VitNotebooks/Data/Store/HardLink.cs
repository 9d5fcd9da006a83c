using System.Runtime.InteropServices;

namespace VitNotebooks.Data;

/// <summary>A second name of a file: what is stored and used as it is need not lie on the disk twice.</summary>
internal static partial class HardLink
{
    /// <summary>Gives a file a second name; a copy, where the file system has none or the name lies on another one.</summary>
    public static void Make(string existing, string name)
    {
        if (OperatingSystem.IsWindows() || Link(existing, name) != 0)
        {
            File.Copy(existing, name);
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);
}

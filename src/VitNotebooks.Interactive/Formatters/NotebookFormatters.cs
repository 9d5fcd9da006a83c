using Microsoft.DotNet.Interactive.Formatting;

namespace VitNotebooks.Interactive;

/// <summary>The pictures of everything in VitNotebooks, for hosts that format with Microsoft.DotNet.Interactive.Formatting.</summary>
public static class NotebookFormatters
{
    /// <summary>Registers all of them; to be called once a process. Calling it again changes nothing.</summary>
    public static void Register()
    {
        Register<PngImage>(image => $"<img alt=\"{image.Width} x {image.Height} pixels\" src=\"{image.ToDataUri()}\">");
    }

    private static void Register<T>(Func<T, string> html)
    {
        Formatter.SetPreferredMimeTypesFor(typeof(T), "text/html");
        Formatter.Register<T>((value, writer) => writer.Write(html(value)), "text/html");
    }
}

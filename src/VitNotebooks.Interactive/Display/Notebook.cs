using System.Globalization;
using Microsoft.AspNetCore.Html;

namespace VitNotebooks.Interactive;

/// <summary>
/// What a cell can call without naming anything: <c>display</c>, <c>HTML</c>. The names are .NET Interactive's, so that
/// a notebook written for it runs unchanged. Outside a notebook, values go to the console as text.
/// </summary>
public static class Notebook
{
    private static int _next;

    /// <summary>What runs the notebook; set by it before the first cell.</summary>
    public static INotebookHost Host { get; set; } = new ConsoleHost();

    /// <summary>Cancelled when the user interrupts the running cell; hand it to what takes long.</summary>
    public static CancellationToken Cancellation => Host.Cancellation;

    /// <summary>Shows a value now, before the cell ends.</summary>
    /// <param name="value">What to show.</param>
    /// <param name="mimeTypes">The kinds wanted; none means the preferred ones of the value's type.</param>
    /// <returns>A handle that replaces the value in its place.</returns>
#pragma warning disable IDE1006, CA1707 // .NET Interactive's name
    public static DisplayedValue display(object? value, params string[] mimeTypes)
#pragma warning restore IDE1006, CA1707
    {
        var id = "vn-" + Interlocked.Increment(ref _next).ToString(CultureInfo.InvariantCulture);
        var host = Host;
        host.Show(id, MimeBundle.Of(value, mimeTypes));
        return new DisplayedValue(host, id);
    }

    /// <summary>Marks a text as HTML, to be shown as such and not escaped.</summary>
    /// <param name="content">The markup.</param>
    public static IHtmlContent HTML(string content) => new HtmlString(content);

    /// <summary>Shows a value now, before the cell ends.</summary>
    /// <param name="value">What to show.</param>
    /// <param name="mimeTypes">The kinds wanted; none means the preferred ones of the value's type.</param>
    public static DisplayedValue Display(this object? value, params string[] mimeTypes) => display(value, mimeTypes);

    private sealed class ConsoleHost : INotebookHost
    {
        public CancellationToken Cancellation => CancellationToken.None;

        public void Show(string id, MimeBundle content) => Console.WriteLine(content.Content["text/plain"]);

        public void Update(string id, MimeBundle content) => Show(id, content);

        public void Status(string line) => Console.Error.WriteLine(line);

        public void Line(string line) => Console.Error.WriteLine(line);
    }
}

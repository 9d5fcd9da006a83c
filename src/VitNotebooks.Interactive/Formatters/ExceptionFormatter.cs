namespace VitNotebooks.Interactive;

/// <summary>An exception that a cell shows: its sentence first, the trace folded.</summary>
internal static class ExceptionFormatter
{
    public static string ToHtml(Exception e)
    {
        var trace = e.StackTrace is { } text
            ? $"<details><summary>stack trace</summary><pre>{Markup.Escape(text)}</pre></details>"
            : "";
        var inner = e.InnerException is { } cause
            ? $"<p class=\"vn-mute\">caused by {Markup.Escape(cause.GetType().Name)}: {Markup.Escape(cause.Message)}</p>"
            : "";
        return HtmlBlock.Wrap(
            $"<p><b>{Markup.Escape(e.GetType().Name)}</b>: {Markup.Escape(e.Message)}</p>{inner}{trace}"
        );
    }
}

using Microsoft.DotNet.Interactive.Formatting;

namespace VitNotebooks.Interactive;

/// <summary>One value in several kinds of content, as a notebook stores it: MIME type to text.</summary>
public sealed class MimeBundle
{
    private readonly Dictionary<string, string> _content;

    /// <summary>Makes a bundle of ready content.</summary>
    /// <param name="content">MIME type to text.</param>
    public MimeBundle(IEnumerable<KeyValuePair<string, string>> content) =>
        _content = new Dictionary<string, string>(content, StringComparer.Ordinal);

    /// <summary>The content, MIME type to text.</summary>
    public IReadOnlyDictionary<string, string> Content => _content;

    /// <summary>
    /// Formats a value through Microsoft.DotNet.Interactive.Formatting: in the type's preferred kinds, always with
    /// text/plain beside them, and a figure with plotly's JSON. A formatter that throws does not lose the cell: its
    /// message stands in the place of the picture.
    /// </summary>
    /// <param name="value">What to show.</param>
    /// <param name="mimeTypes">The kinds wanted; none means the type's preferred ones.</param>
    public static MimeBundle Of(object? value, params IReadOnlyList<string> mimeTypes)
    {
        if (value is MimeBundle ready)
        {
            return ready;
        }

        var wanted = new List<string>(mimeTypes);
        if (wanted.Count == 0 && value is not null)
        {
            wanted.AddRange(Formatter.GetPreferredMimeTypesFor(value.GetType()));
        }

        if (value is Figure)
        {
            wanted.Add("application/vnd.plotly.v1+json");
        }

        wanted.Add("text/plain");

        var content = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var type in wanted.Distinct(StringComparer.Ordinal))
        {
            try
            {
                content[type] = value.ToDisplayString(type);
            }
            catch (Exception e) when (e is not (OutOfMemoryException or ThreadInterruptedException))
            {
                content["text/plain"] =
                    $"{value?.GetType().Name}: its formatter for {type} failed with {e.GetType().Name}: {e.Message}";
            }
        }

        return new MimeBundle(content);
    }
}

using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace VitNotebooks.Cli;

/// <summary>Text cells as HTML. Raw HTML in them is shown as text, and nothing is fetched: pictures are put into the page.</summary>
internal static class MarkdownText
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseEmphasisExtras()
        .UseAutoLinks()
        .UseFootnotes()
        .UseTaskLists()
        .UseAutoIdentifiers()
        .DisableHtml()
        .Build();

    /// <summary>Renders a text.</summary>
    /// <param name="text">Markdown.</param>
    /// <param name="folder">The notebook's folder, for its pictures.</param>
    public static string ToHtml(string text, string folder)
    {
        var document = Markdown.Parse(text, Pipeline);
        foreach (var link in document.Descendants<LinkInline>())
        {
            if (link.IsImage)
            {
                Embed(link, folder);
            }
            else if (!IsSafe(link.Url))
            {
                link.Url = "#";
            }
        }

        foreach (var link in document.Descendants<AutolinkInline>())
        {
            if (!link.IsEmail && !IsSafe(link.Url))
            {
                link.Url = "#";
            }
        }

        return document.ToHtml(Pipeline);
    }

    private static bool IsSafe(string? url) =>
        url is not null
        && (
            !url.Contains(':', StringComparison.Ordinal)
            || url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            || url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || url.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)
        );

    private static void Embed(LinkInline image, string folder)
    {
        var url = image.Url ?? "";
        if (url.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        var type = Path.GetExtension(url).ToUpperInvariant() switch
        {
            ".PNG" => "image/png",
            ".JPG" or ".JPEG" => "image/jpeg",
            ".GIF" => "image/gif",
            ".SVG" => "image/svg+xml",
            _ => null,
        };
        var path =
            type is null || url.Contains(':', StringComparison.Ordinal)
                ? null
                : Path.GetFullPath(Uri.UnescapeDataString(url), folder);
        if (path is not null && File.Exists(path))
        {
            image.Url = $"data:{type};base64,{Convert.ToBase64String(File.ReadAllBytes(path))}";
            return;
        }

        image.IsImage = false; // what is not here becomes a link: the page itself fetches nothing
        if (!IsSafe(image.Url))
        {
            image.Url = "#";
        }
    }
}

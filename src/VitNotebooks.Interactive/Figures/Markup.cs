using System.Globalization;
using System.Net;
using System.Text;

namespace VitNotebooks.Interactive;

/// <summary>Text into markup: everything that comes from data passes through here.</summary>
public static class Markup
{
    /// <summary>Escapes a text for HTML and SVG, in element content and in quoted attributes.</summary>
    /// <param name="text">Any text; characters that XML forbids become U+FFFD.</param>
    public static string Escape(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) // a lone surrogate comes out as U+FFFD
        {
            var forbidden = rune.Value is < 0x20 and not ('\t' or '\n' or '\r') or 0x7F or 0xFFFE or 0xFFFF;
            clean.Append(forbidden ? "\uFFFD" : rune.ToString());
        }

        return WebUtility.HtmlEncode(clean.ToString());
    }

    /// <summary>A coordinate: at most two decimals, never localized.</summary>
    internal static string N(double value) => Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture);
}

namespace VitNotebooks.Data;

/// <summary>As much of a text that somebody else wrote as a message can hold.</summary>
internal static class Excerpt
{
    /// <summary>The text, or its beginning and two points.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">Letters of it at most.</param>
    public static string Of(string text, int most = 120) => text.Length <= most ? text : text[..most] + "..";
}

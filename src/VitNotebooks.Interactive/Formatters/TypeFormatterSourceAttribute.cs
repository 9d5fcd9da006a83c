namespace VitNotebooks.Interactive;

/// <summary>
/// .NET Interactive's convention: an attribute of this name, wherever it is declared, names the class that makes the
/// formatters of a type. So the pictures of our own types show in every host that formats by that convention, without
/// a call and without a reference.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    /// <summary>A class with a method <c>IEnumerable&lt;object&gt; CreateTypeFormatters()</c>.</summary>
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>The kinds of content to show first.</summary>
    public string[]? PreferredMimeTypes { get; init; }
}

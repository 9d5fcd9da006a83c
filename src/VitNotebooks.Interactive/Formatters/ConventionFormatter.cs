namespace VitNotebooks.Interactive;

/// <summary>A formatter by .NET Interactive's convention: recognised by the names of its members.</summary>
/// <typeparam name="T">What it formats.</typeparam>
internal sealed class ConventionFormatter<T>(string mimeType, Func<T, string> write)
{
    /// <summary>The kind of content that it writes.</summary>
    public string MimeType { get; } = mimeType;

    /// <summary>What it formats.</summary>
    public Type Type { get; } = typeof(T);

    /// <summary>Writes the value; false when it is none of ours.</summary>
    public bool Format(object value, TextWriter writer)
    {
        if (value is not T typed)
        {
            return false;
        }

        writer.Write(write(typed));
        return true;
    }
}

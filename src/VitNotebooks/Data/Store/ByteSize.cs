using System.Globalization;

namespace VitNotebooks.Data;

/// <summary>Bytes as people read them.</summary>
public static class ByteSize
{
    /// <summary><c>812 bytes</c>, <c>162.2 MB</c>, <c>1.25 GB</c>: of a thousand each, as publishers count them.</summary>
    /// <param name="bytes">How many, 0 or more; null gives <c>not stated</c>.</param>
    public static string Text(long? bytes) =>
        bytes switch
        {
            null => "not stated",
            < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes"),
            < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
        };
}

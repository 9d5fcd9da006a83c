namespace VitNotebooks.Data.Codecs;

/// <summary>
/// What to make of a JPEG that libjpeg-turbo warns of. Pillow passes over every warning, and refuses a file in two cases: where libjpeg gives it
/// up, and where it asks for bytes behind the last one before all rows are there. TurboJPEG names the first warning alone, and makes up an end
/// mark where the bytes end; whether it came to that shows when the file is decoded again with something else behind it. One thing is stricter
/// here: a file without an end mark whose last row ends in its last ten bytes is refused, which Pillow takes or not, by how far it has read ahead.
/// </summary>
internal static class JpegDamage
{
    // The decoder reads this far ahead of the row that it works on.
    private const int Ahead = 10;

    // No segment is longer: whoever skips one lands in what was put behind the file.
    private const int LongestSegment = 65_535;

    // libjpeg's warnings (jerror.h, JWRN_*); everything else is an end.
    private static readonly string[] s_warnings =
    [
        "Corrupt JPEG data: ",
        "Inconsistent progression sequence ",
        "Invalid SOS parameters ",
        "Premature end of JPEG file",
        "Unknown Adobe color transform code ",
        "Warning: unknown JFIF revision number ",
    ];

    /// <summary>Whether all rows came out: nothing was said, or a warning. After a warning TurboJPEG calls an error a warning as well.</summary>
    public static bool IsDecoded(string? said) =>
        said is null || Array.Exists(s_warnings, warning => said.StartsWith(warning, StringComparison.Ordinal));

    /// <summary>Whether nothing was wrong before the file's own end mark (EOI, FF D9) but bytes too many.</summary>
    public static bool IsHarmless(string? said) =>
        said is null || said.EndsWith(" extraneous bytes before marker 0xd9", StringComparison.Ordinal);

    /// <summary>The file, and behind it what no decoder passes: a second beginning (SOI, FF D8), again and again.</summary>
    public static byte[] FollowedByBeginnings(ReadOnlySpan<byte> data)
    {
        var longer = new byte[data.Length + LongestSegment + 1];
        data.CopyTo(longer);
        for (var i = data.Length; i < longer.Length; i += 2)
        {
            longer[i] = 0xFF;
            longer[i + 1] = 0xD8;
        }
        return longer;
    }

    /// <summary>The file with other last bytes; null where it has not so many. A decoder that has its rows without them gives the same rows.</summary>
    public static byte[]? WithAnotherEnd(ReadOnlySpan<byte> data)
    {
        if (data.Length <= Ahead)
        {
            return null;
        }
        var other = new byte[data.Length + LongestSegment + 2];
        data[..^Ahead].CopyTo(other);
        for (var i = data.Length - Ahead; i < other.Length; i++)
        {
            other[i] = (i & 3) switch
            {
                0 => 0x55,
                1 => 0xAA,
                2 => 0x5A,
                _ => 0xA5,
            };
        }
        other[^2] = 0xFF;
        other[^1] = 0xD9;
        return other;
    }
}

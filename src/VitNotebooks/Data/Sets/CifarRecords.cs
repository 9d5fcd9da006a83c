namespace VitNotebooks.Data;

/// <summary>One of a record's labels.</summary>
/// <param name="What">What messages call it: <c>label</c>, <c>coarse label</c>.</param>
/// <param name="Key">Its name in the python version.</param>
/// <param name="Classes">How many classes it tells apart.</param>
internal sealed record CifarLabel(string What, string Key, int Classes);

/// <summary>What CIFAR's files hold, in memory.</summary>
/// <param name="files">The files, in order; each holds as many records as the others.</param>
/// <param name="perFile">Records of a file.</param>
/// <param name="labelCount">Labels of a record.</param>
internal sealed class CifarRecords(string[] files, int perFile, int labelCount)
{
    public const int Side = 32;
    public const int PixelBytes = Side * Side * 3;

    public int Count { get; } = checked(files.Length * perFile);

    public int PerFile => perFile;

    public IReadOnlyList<string> Files => files;

    /// <summary>By kind of label, then by record.</summary>
    public byte[][] Labels { get; } =
    [.. Enumerable.Range(0, labelCount).Select(_ => new byte[checked(files.Length * perFile)])];

    /// <summary>Rows of red, green and blue, record after record.</summary>
    public byte[] Pixels { get; } = GC.AllocateUninitializedArray<byte>(checked(files.Length * perFile * PixelBytes));

    /// <summary>Where a record comes from.</summary>
    public string Source(int index) => $"{files[index / perFile]}, record {index % perFile}";

    /// <summary>Takes a record's three planes.</summary>
    public void SetPixels(int index, ReadOnlySpan<byte> planes)
    {
        var pixels = Pixels.AsSpan(index * PixelBytes, PixelBytes);
        var red = planes[..(Side * Side)];
        var green = planes.Slice(Side * Side, Side * Side);
        var blue = planes.Slice(2 * Side * Side, Side * Side);
        for (
            int p = 0, to = 0;
            p < red.Length && p < green.Length && p < blue.Length && to + 2 < pixels.Length;
            p++, to += 3
        )
        {
            pixels[to] = red[p];
            pixels[to + 1] = green[p];
            pixels[to + 2] = blue[p];
        }
    }
}

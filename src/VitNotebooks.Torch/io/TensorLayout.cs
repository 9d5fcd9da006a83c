namespace VitNotebooks.Files;

/// <summary>How much memory a shape takes, for checks before any is taken.</summary>
internal static class TensorLayout
{
    /// <summary>More dimensions than any tensor of this world, fewer than what makes libtorch slow.</summary>
    public const int MostDimensions = 64;

    /// <summary>The bytes of a shape; null when they do not fit into 63 bits or a length is negative.</summary>
    public static long? Bytes(ReadOnlySpan<long> shape, long elementSize)
    {
        var empty = false;
        foreach (var length in shape)
        {
            if (length < 0)
            {
                return null;
            }
            empty |= length == 0;
        }
        // libtorch multiplies strides even where a zero makes the whole empty.
        var bytes = elementSize;
        foreach (var length in shape)
        {
            if (Math.BigMul(bytes, Math.Max(length, 1), out bytes) != 0 || bytes < 0)
            {
                return null;
            }
        }
        return empty ? 0 : bytes;
    }
}

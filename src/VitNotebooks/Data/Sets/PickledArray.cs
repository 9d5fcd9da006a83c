namespace VitNotebooks.Data;

/// <summary>A numpy array of a pickle.</summary>
/// <param name="Shape">Its sizes.</param>
/// <param name="IsBytes">Whether its values are unsigned bytes.</param>
/// <param name="Values">The bytes, in C's order; empty where <paramref name="IsBytes"/> is false.</param>
internal sealed record PickledArray(long[] Shape, bool IsBytes, byte[] Values);

using System.Numerics;

namespace VitNotebooks.Files;

/// <summary>Equality of Python's dictionary keys: 1, 1.0 and True are one key, tuples compare by their parts.</summary>
internal sealed class PythonKeys : IEqualityComparer<object>
{
    private const int DeepestTuple = 8;

    public static PythonKeys Comparer { get; } = new();

    /// <summary>Whether Python would take it as a key, as far as files need: numbers, texts, bytes, element types, tuples of such.</summary>
    public static bool IsKey(object? value, int depth = 0) =>
        value is string or long or bool or double or BigInteger or byte[] or Complex or TorchSharp.torch.ScalarType
        || (value is object?[] tuple && depth < DeepestTuple && Array.TrueForAll(tuple, v => IsKey(v, depth + 1)));

    public new bool Equals(object? x, object? y) =>
        (Plain(x), Plain(y)) switch
        {
            (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
            (object?[] a, object?[] b) => a.Length == b.Length && a.Zip(b).All(p => Equals(p.First, p.Second)),
            var (a, b) => object.Equals(a, b),
        };

    public int GetHashCode(object value)
    {
        var hash = default(HashCode);
        switch (Plain(value))
        {
            case byte[] bytes:
                hash.AddBytes(bytes);
                break;
            case object?[] tuple:
                foreach (var item in tuple)
                {
                    hash.Add(item is null ? 0 : GetHashCode(item));
                }
                break;
            case var other:
                hash.Add(other);
                break;
        }
        return hash.ToHashCode();
    }

    private static object? Plain(object? value) =>
        value switch
        {
            bool b => b ? 1L : 0L,
            double d when d >= long.MinValue && d < -(double)long.MinValue && Math.Floor(d) == d => (long)d,
            _ => value,
        };
}

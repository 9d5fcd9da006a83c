using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Fuzzing;

/// <summary>Whether what a reader answered is what a plain reading finds in the same bytes: every tensor's type, shape and elements, under the same name or
/// at the same place of the tree, and numbers and texts beside them.</summary>
internal static class AnswerCheck
{
    /// <summary>Of larger tensors (views that repeat elements) these many elements are looked at.</summary>
    private const int Samples = 64;

    /// <summary>The first difference, or null.</summary>
    public static string? Difference(object? answer, object? plain)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var pending = new Stack<(object? Answer, object? Plain, string Place)>([(answer, plain, "")]);
        while (pending.TryPop(out var pair))
        {
            var (found, expected, place) = pair;
            var fault = found switch
            {
                Tensor tensor => OfTensor(tensor, expected),
                IReadOnlyDictionary<string, Tensor> named => OfEntries(
                    named.Select(e => (e.Key, (object?)e.Value)),
                    expected as IReadOnlyDictionary<string, object?>
                ),
                OrderedDictionary<object, object?> entries when seen.Add(entries) => OfEntries(
                    entries.Select(e => (PlainPickle.KeyText(e.Key), e.Value)),
                    (expected as PlainDictionary)?.Entries
                ),
                List<object?> list when seen.Add(list) => OfItems(list, expected as List<object?>),
                object?[] tuple when seen.Add(tuple) => OfItems(tuple, expected as object?[]),
                _ => OfValue(found, expected),
            };
            if (fault is not null)
            {
                return $"{(place.Length == 0 ? "the answer" : place)}: {fault}";
            }

            string? OfEntries(IEnumerable<(string, object?)> entries, IReadOnlyDictionary<string, object?>? others)
            {
                var count = 0;
                foreach (var (key, value) in entries)
                {
                    if (key == PlainPickle.Unknown || others?.ContainsKey(PlainPickle.Unknown) == true)
                    {
                        return null;
                    }

                    if (others?.TryGetValue(key, out var other) != true)
                    {
                        return $"'{key}' is not in the file";
                    }

                    pending.Push((value, other, $"{place}/{key}"));
                    count++;
                }
                return others?.Count == count ? null : $"{count} entries, the file has {others?.Count}";
            }

            string? OfItems(IReadOnlyList<object?> items, IReadOnlyList<object?>? others)
            {
                if (others?.Count != items.Count)
                {
                    return $"{items.Count} items, the file has {others?.Count}";
                }

                for (var i = 0; i < items.Count; i++)
                {
                    pending.Push((items[i], others[i], $"{place}/{i}"));
                }

                return null;
            }
        }
        return null;
    }

    private static string? OfValue(object? found, object? expected)
    {
        var known = expected is null or bool or long or double or string or byte[] or System.Numerics.BigInteger;
        return
            !known || found is null != expected is null || PlainPickle.KeyText(found) == PlainPickle.KeyText(expected)
            ? null
            : $"{found}, the file has {expected}";
    }

    private static string? OfTensor(Tensor tensor, object? expected)
    {
        var plain = (expected as PlainArray)?.Tensor ?? expected as PlainTensor;
        if (plain is null)
        {
            return $"a tensor, the file has {expected ?? "nothing"} there";
        }

        if (tensor.dtype != plain.Type || !tensor.shape.AsSpan().SequenceEqual(plain.Shape))
        {
            return $"{tensor.dtype} [{string.Join(", ", tensor.shape)}], the file has {plain.Type} [{string.Join(", ", plain.Shape)}]";
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var shown = tensor.detach();
        return plain.Count <= 1 << 14 ? Every(shown, plain) : Some(shown, plain);
    }

    private static string? Every(Tensor tensor, PlainTensor plain)
    {
        var bytes = tensor.contiguous().bytes;
        var index = new long[plain.Shape.Length];
        for (var at = 0; at < bytes.Length; at += plain.Width)
        {
            if (!Same(bytes.Slice(at, plain.Width), plain.Element(index), plain.Type))
            {
                return Other(bytes.Slice(at, plain.Width), index, plain);
            }

            for (var d = index.Length - 1; d >= 0 && ++index[d] == plain.Shape[d]; d--)
            {
                index[d] = 0;
            }
        }
        return null;
    }

    private static string? Some(Tensor tensor, PlainTensor plain)
    {
        var random = new Random(1);
        for (var i = 0; i < Samples; i++)
        {
            var index = Array.ConvertAll(plain.Shape, length => random.NextInt64(length));
            var element = tensor;
            foreach (var place in index)
            {
                element = element.select(0, place);
            }

            var bytes = element.clone().bytes;
            if (!Same(bytes, plain.Element(index), plain.Type))
            {
                return Other(bytes, index, plain);
            }
        }
        return null;
    }

    // Any byte but 0 is true: an operation on it makes 1.
    private static bool Same(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ScalarType type) =>
        type == ScalarType.Bool ? a[0] != 0 == (b[0] != 0) : a.SequenceEqual(b);

    private static string Other(ReadOnlySpan<byte> bytes, long[] index, PlainTensor plain) =>
        $"element [{string.Join(", ", index)}] is {Convert.ToHexStringLower(bytes)}, the file has {Convert.ToHexStringLower(plain.Element(index))}";
}

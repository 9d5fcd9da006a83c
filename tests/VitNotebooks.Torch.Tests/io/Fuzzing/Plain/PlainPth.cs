using System.Text;
using static TorchSharp.torch;

namespace VitNotebooks.Fuzzing;

/// <summary>A plain reading of torch.save's files: a tree of <see cref="PlainDictionary"/>, lists, arrays, values and <see cref="PlainTensor"/>.</summary>
internal static class PlainPth
{
    public static object? Read(byte[] file) => file.AsSpan().StartsWith("PK"u8) ? Zip(file) : Legacy(file);

    /// <summary>Check sums are not looked at: torch.load does not either, and PyTorch can write files without.</summary>
    private static object? Zip(byte[] file)
    {
        const string Pickle = "data.pkl";
        var entries = PlainZip.Read(file);
        var name = entries
            .Keys.Where(n => n == Pickle || n.EndsWith("/" + Pickle, StringComparison.Ordinal))
            .MinBy(n => n.Length)!;
        var folder = name[..^Pickle.Length];
        var big =
            entries.TryGetValue(folder + "byteorder", out var order)
            && Encoding.UTF8.GetString(order.Content()).Trim() == "big";
        var storages = new Dictionary<string, PlainStorage>(StringComparer.Ordinal);
        return new PlainPickle(entries[name].Content(), 0, Storage).Run();

        object? Storage(object? id)
        {
            var (type, key, count, _) = Parts(id);
            if (!storages.TryGetValue(key, out var storage))
            {
                var length = checked((int)(count * WidthOf(type)));
                var bytes = length == 0 ? [] : entries[$"{folder}data/{key}"].First(length);
                if (big)
                {
                    PlainBytes.Swap(
                        bytes,
                        WidthOf(type) / (type is ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64 ? 2 : 1)
                    );
                }

                storages.Add(key, storage = new(type, () => bytes, 0));
            }
            return storage;
        }
    }

    private static object? Legacy(byte[] file)
    {
        var storages = new Dictionary<string, (PlainStorage Whole, long Bytes)>(StringComparer.Ordinal);
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var at = 0;
        object? Next()
        {
            var pickle = new PlainPickle(file, at, Storage);
            var value = pickle.Run();
            at = pickle.At;
            return value;
        }

        // A magic number, a version and the machine come first.
        for (var i = 0; i < 3; i++)
        {
            Next();
        }

        var tree = Next();
        foreach (var item in (List<object?>)Next()!)
        {
            var key = Convert.ToString(item, System.Globalization.CultureInfo.InvariantCulture)!;
            var bytes = checked((int)storages[key].Bytes);
            contents.Add(key, file.AsSpan(at + 8, bytes).ToArray());
            at += 8 + bytes;
        }
        return tree;

        object? Storage(object? id)
        {
            var (type, key, count, view) = Parts(id);
            if (!storages.TryGetValue(key, out var known))
            {
                storages.Add(key, known = (new(type, () => contents[key], 0), checked(count * WidthOf(type))));
            }

            var whole = known.Whole;
            return view is object?[] part ? whole with { Offset = (long)part[1]! * WidthOf(whole.Type) } : whole;
        }
    }

    private static int WidthOf(ScalarType? type) => type is { } known ? PlainTensor.WidthOf(known) : 1;

    private static (ScalarType? Type, string Key, long Count, object? View) Parts(object? id)
    {
        var parts = (object?[])id!;
        var key = Convert.ToString(parts[2], System.Globalization.CultureInfo.InvariantCulture)!;
        return (PlainTorch.StorageType(parts[1]), key, (long)parts[4]!, parts.Length > 5 ? parts[5] : null);
    }
}

using System.Text;
using VitNotebooks.Files;
using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>A dictionary that Python pickled: a batch of CIFAR.</summary>
internal static class PickledBatch
{
    /// <summary>Reads it: lists stay lists of objects, numbers are long or double, arrays <see cref="PickledArray"/>.</summary>
    /// <exception cref="DatasetFormatException">It is damaged, no dictionary with names as keys, or asks for a name that is refused.</exception>
    public static Dictionary<string, object?> Read(string path)
    {
        using var scope = NewDisposeScope();
        object? tree;
        try
        {
            tree = PickleFile.Load(path);
        }
        catch (Exception e) when (e is TensorFileException or EndOfStreamException)
        {
            throw new DatasetFormatException(e.Message, path);
        }
        if (tree is not OrderedDictionary<object, object?> dictionary)
        {
            throw new DatasetFormatException(
                $"{path}: the pickle holds no dictionary; expected one with data and labels. Extract the archive again.",
                path
            );
        }

        var batch = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (key, value) in dictionary)
        {
            // Python 3 that loads with encoding="bytes" and saves again has bytes for names.
            var name = key switch
            {
                string text => text,
                byte[] bytes => Encoding.Latin1.GetString(bytes),
                _ => throw new DatasetFormatException(
                    $"{path}: a key of the pickle's dictionary is no text; expected data, labels and the like.",
                    path
                ),
            };
            batch[name] = value is Tensor array ? Plain(array) : value;
        }
        return batch;
    }

    private static PickledArray Plain(Tensor array)
    {
        var isBytes = array.dtype == ScalarType.Byte;
        return new PickledArray(array.shape, isBytes, isBytes ? array.bytes.ToArray() : []);
    }
}

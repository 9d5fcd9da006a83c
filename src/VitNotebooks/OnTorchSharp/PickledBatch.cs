using VitNotebooks.Acceleration;

namespace VitNotebooks.Data;

/// <summary>A dictionary that Python pickled, which TorchSharp does not read.</summary>
internal static class PickledBatch
{
    public static Dictionary<string, object?> Read(string path) =>
        throw new DatasetFormatException(
            $"{path}: TorchSharp reads no files of Python's pickle; take the binary version of the dataset, or {Notice.Remedy}.",
            path
        );
}

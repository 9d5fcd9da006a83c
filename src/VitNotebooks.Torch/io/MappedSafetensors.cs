using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

// Tensors over a mapped file. TorchSharp makes no tensor over foreign memory, so this is apart from what also compiles there.
public sealed partial class SafetensorsFile
{
    private MappedFile? _map;

    /// <summary>
    /// A tensor over the mapped file: no byte is read before it is used, and processes that map the same file share its memory. Writing to
    /// the tensor changes the tensor alone, page by page, never the file. What does not lie at a multiple of its element size is copied.
    /// </summary>
    /// <remarks>
    /// The mapping lives as long as a tensor over it does, also after the file was closed here, removed or replaced by a rename
    /// (as <see cref="DurableFile"/> replaces files). A file that someone shortens or writes into in place while it is mapped is another
    /// matter: the tensors change, and reading past the new end ends the process (SIGBUS). Where that can happen (network drives,
    /// files still being downloaded) use <see cref="Read"/>, which then throws.
    /// </remarks>
    /// <exception cref="SafetensorsException">There is no tensor of this name, or the file has become shorter since it was opened.</exception>
    /// <exception cref="ObjectDisposedException">The file has been closed.</exception>
    public Tensor Map(string name)
    {
        var entry = Entry(name);
        var start = _header.DataStart + entry.Begin;
        if (entry.Begin == entry.End || start % ScalarTypes.Size(entry.Type) != 0)
        {
            return Read(name);
        }
        TensorBytes.RequireKnown(entry.Type);
        lock (_gate) // one mapping a file, and none behind its closing
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _map ??= MappedFile.Open(Path);
            return _map.Length == _source.Length
                ? _map.View(start, entry.Shape, entry.Type)
                : throw new SafetensorsException(
                    $"{Path}: the file has {_map.Length} bytes and had {_source.Length} when it was opened; open it again."
                );
        }
    }

    partial void CloseMap() => _map?.Dispose();
}

public static partial class Safetensors
{
    /// <summary>All tensors of a file as views of the mapped file: nothing is read before it is used. What that asks of the file
    /// says <see cref="SafetensorsFile.Map"/>.</summary>
    /// <returns>The tensors by name, in the order of the header; they are in the caller's dispose scope and keep the mapping.</returns>
    /// <exception cref="SafetensorsException">The file is not as the format demands.</exception>
    public static Dictionary<string, Tensor> LoadMapped(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return All(file, file.Map);
    }
}

using System.IO.MemoryMappedFiles;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>
/// A safetensors file, opened and checked; tensors are read one by one, from memory-mapped pages. Dispose of it to close the file.
/// </summary>
[BeyondTorchSharp]
public sealed class SafetensorsFile : IDisposable
{
    private readonly SafetensorsHeader _header;
    private readonly MemoryMappedFile? _map;

    private SafetensorsFile(string path, SafetensorsHeader header, MemoryMappedFile? map) =>
        (Path, _header, _map) = (path, header, map);

    /// <summary>Opens a file and checks its whole header and layout.</summary>
    /// <exception cref="SafetensorsException">The file is not a safetensors file, truncated, overlong or lies about its shapes.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            var header = SafetensorsHeader.Read(stream, stream.Length, path);
            if (stream.Length == header.DataStart)
            {
                stream.Dispose();
                return new SafetensorsFile(path, header, null);
            }
            var map = MemoryMappedFile.CreateFromFile(
                stream,
                mapName: null,
                capacity: 0,
                MemoryMappedFileAccess.Read,
                HandleInheritability.None,
                leaveOpen: false
            );
            return new SafetensorsFile(path, header, map);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The file's path as it was given.</summary>
    public string Path { get; }

    /// <summary>The tensors' names in the order of the header.</summary>
    public IReadOnlyList<string> Names => [.. _header.Entries.Keys];

    /// <summary>The text entries beside the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Whether the file has a tensor of this name.</summary>
    public bool Contains(string name) => _header.Entries.ContainsKey(name);

    /// <summary>A tensor's shape, without reading it.</summary>
    public IReadOnlyList<long> Shape(string name) => Entry(name).Shape;

    /// <summary>A tensor's element type, without reading it.</summary>
    public ScalarType Dtype(string name) => Entry(name).Type;

    /// <summary>Reads a tensor: a copy on the CPU, independent of the file.</summary>
    /// <exception cref="SafetensorsException">There is no tensor of this name.</exception>
    public unsafe Tensor Read(string name)
    {
        var entry = Entry(name);
        var tensor = empty(entry.Shape, dtype: entry.Type);
        var length = entry.End - entry.Begin;
        if (length == 0)
        {
            return tensor;
        }
        using var view = _map!.CreateViewAccessor(_header.DataStart + entry.Begin, length, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            TensorBytes.Fill(tensor, start + view.PointerOffset, length);
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
        return tensor;
    }

    private SafetensorsEntry Entry(string name) =>
        _header.Entries.TryGetValue(name, out var entry)
            ? entry
            : throw new SafetensorsException($"{Path}: there is no tensor '{name}' among its {_header.Entries.Count}.");

    /// <summary>Closes the file; tensors that were read stay valid.</summary>
    public void Dispose() => _map?.Dispose();
}

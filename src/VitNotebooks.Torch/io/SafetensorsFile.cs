using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>
/// A safetensors file, opened and checked; tensors are read one by one, as copies or as views of the mapped file. Dispose of it to
/// close the file.
/// </summary>
[BeyondTorchSharp]
public sealed partial class SafetensorsFile : IDisposable
{
    private readonly SafetensorsHeader _header;
    private readonly ByteSource _source;
    private readonly Lock _gate = new();
    private bool _closed;

    private SafetensorsFile(string path, SafetensorsHeader header, ByteSource source) =>
        (Path, _header, _source) = (path, header, source);

    /// <summary>Opens a file and checks its whole header and layout.</summary>
    /// <exception cref="SafetensorsException">The file is not a safetensors file, truncated, overlong or lies about its shapes.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Open(path, ByteSource.Open(path));
    }

    internal static SafetensorsFile Open(string path, ByteSource source)
    {
        try
        {
            using var stream = source.Stream(0, source.Length);
            return new SafetensorsFile(path, SafetensorsHeader.Read(stream, source.Length, path), source);
        }
        catch
        {
            source.Dispose();
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
    /// <exception cref="EndOfStreamException">The file has become shorter since it was opened.</exception>
    /// <exception cref="ObjectDisposedException">The file has been closed.</exception>
    public Tensor Read(string name)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        var entry = Entry(name);
        var tensor = TensorBytes.Empty(entry.Shape, entry.Type);
        var length = entry.End - entry.Begin;
        if (length == 0)
        {
            return tensor;
        }
        try
        {
            using var stream = _source.Stream(_header.DataStart + entry.Begin, length);
            tensor.ReadBytesFromStream(stream, 1 << 20);
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
        return tensor;
    }

    private SafetensorsEntry Entry(string name) =>
        _header.Entries.TryGetValue(name, out var entry)
            ? entry
            : throw new SafetensorsException(
                $"{Path}: there is no tensor '{name}' among its {_header.Entries.Count}{NearestNames.Suggest(name, _header.Entries.Keys)}."
            );

    /// <summary>Closes the file, once however often it is called; tensors that were read or mapped stay valid.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            _source.Dispose();
            CloseMap();
        }
    }

    partial void CloseMap();
}

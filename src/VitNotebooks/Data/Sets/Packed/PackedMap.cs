using System.IO.MemoryMappedFiles;

namespace VitNotebooks.Data;

/// <summary>A file mapped for reading, which stays mapped until its owner and the last reader are done.</summary>
internal sealed unsafe class PackedMap : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private int _users = 1; // the owner, until Dispose, and every reader; at 0 the mapping is gone
    private int _closed;

    public PackedMap(string path)
    {
        Path = path;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        Length = stream.Length;
        if (Length < PackedLayout.BeginBytes + PackedLayout.EndBytes)
        {
            throw PackedLayout.Wrong(path, $"it has {Length:N0} bytes, too few for a packed dataset");
        }
        _file = MemoryMappedFile.CreateFromFile(
            stream,
            mapName: null,
            capacity: 0,
            MemoryMappedFileAccess.Read,
            HandleInheritability.None,
            leaveOpen: false
        );
        _view = _file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    public string Path { get; }

    public long Length { get; }

    /// <summary>For as long as the result lives the mapping stays.</summary>
    /// <exception cref="ObjectDisposedException">The dataset has been disposed of.</exception>
    public Reader Enter()
    {
        for (var users = Volatile.Read(ref _users); ; )
        {
            ObjectDisposedException.ThrowIf(users == 0 || _closed != 0, typeof(PackedDataset));
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return new Reader(this);
            }
            users = seen;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            Drop();
        }
    }

    private void Drop()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }

    /// <summary>Someone who reads.</summary>
    public readonly ref struct Reader(PackedMap map) : IDisposable
    {
        /// <summary>Bytes of the file.</summary>
        public ReadOnlySpan<byte> this[long at, long length]
        {
            get
            {
                if (at < 0 || length < 0 || length > int.MaxValue || at > map.Length - length)
                {
                    throw PackedLayout.Wrong(map.Path, $"bytes {at:N0}..{at + length:N0} lie outside of it");
                }
                return new ReadOnlySpan<byte>(map._start + at, (int)length);
            }
        }

        public void Dispose() => map.Drop();
    }
}

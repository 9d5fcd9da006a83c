using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using TorchSharp.Dispatch;
using TorchSharp.Native;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>A file mapped privately (copy on write), kept until its owner and the last tensor over it are gone.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private int _users = 1; // the owner, until Dispose, and every tensor; at 0 the mapping is gone
    private int _closed;

    private MappedFile(MemoryMappedFile file, long length)
    {
        _file = file;
        Length = length;
        _view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.CopyOnWrite);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    public long Length { get; }

    public static MappedFile Open(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = stream.Length;
        var file = MemoryMappedFile.CreateFromFile(
            stream,
            mapName: null,
            capacity: 0,
            MemoryMappedFileAccess.CopyOnWrite,
            HandleInheritability.None,
            leaveOpen: false
        );
        try
        {
            return new MappedFile(file, length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A tensor over the bytes from an offset on, which must hold the shape.</summary>
    /// <exception cref="ObjectDisposedException">The mapping has been closed.</exception>
    public Tensor View(long offset, long[] shape, ScalarType type)
    {
        Take();
        var owner = GCHandle.Alloc(this);
        IntPtr handle;
        int status;
        fixed (long* lengths = shape.Length == 0 ? new long[1] : shape)
        {
            status = Core.FromBlob(
                (IntPtr)(_start + offset),
                lengths,
                shape.Length,
                (int)type,
                (IntPtr)(delegate* unmanaged<IntPtr, void>)&Release,
                GCHandle.ToIntPtr(owner),
                &handle
            );
        }
        if (status != 0)
        {
            owner.Free();
            Drop();
        }
        Dispatcher.Check(status, "from_blob");
        return Tensor.Adopt(handle);
    }

    [UnmanagedCallersOnly]
    private static void Release(IntPtr context)
    {
        var owner = GCHandle.FromIntPtr(context);
        var map = (MappedFile)owner.Target!;
        owner.Free();
        map.Drop();
    }

    private void Take()
    {
        for (var users = Volatile.Read(ref _users); ; )
        {
            ObjectDisposedException.ThrowIf(users == 0, this); // from 0 there is no way back: the memory is unmapped
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return;
            }

            users = seen;
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

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            Drop();
        }
    }
}

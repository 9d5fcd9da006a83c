using TorchSharp;
using VitNotebooks.Acceleration;
using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>
/// The memory of a loader's batches, used again. A batch that its consumer disposes of gives its memory back, and the next one is written there; one that is kept
/// keeps it, and another is made. On CUDA the memory is page-locked, so that the copy to the device runs beside the consumer, and it is written again only
/// when the copy has passed: of so many as are under way, the oldest is waited for.
/// </summary>
internal sealed class BatchRing : IDisposable
{
    // Memory that is given back while the device has not copied it yet; with more the threads wait, since the device is what one waits for.
    private const int MostUnderWay = 2;

    private readonly Lock _gate = new();
    private readonly Queue<Memory> _free = new();
    private readonly long[] _shape;
    private readonly ScalarType _type;
    private readonly int _usual;
    private readonly int? _cudaDevice;
    private bool _filled;
    private bool _disposed;

    /// <summary>Takes no memory before the first batch.</summary>
    /// <param name="count">Images of a batch, at most.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="type">float32 or uint8.</param>
    /// <param name="usual">Batches that there are at once where none is kept.</param>
    /// <param name="cudaDevice">The device that they are copied to, -1 for the current one; null for none.</param>
    public BatchRing(int count, int width, int height, ScalarType type, int usual, int? cudaDevice)
    {
        _shape = [count, 3, height, width];
        _type = type;
        _usual = usual;
        _cudaDevice = cudaDevice is not null && CudaEvent.CanBeMade ? cudaDevice : null;
    }

    /// <summary>Memory of which nobody holds a batch. All that is usual is made at the first call, so that later ones find some.</summary>
    public Memory Rent()
    {
        Memory? free = null;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            while (!_filled && _free.Count < _usual)
            {
                _free.Enqueue(new Memory(this));
            }
            _filled = true;
            if (_free.TryPeek(out var oldest) && (oldest.IsCopied || _free.Count > MostUnderWay))
            {
                free = _free.Dequeue();
            }
        }
        if (free is null)
        {
            return new Memory(this);
        }
        free.AwaitCopy();
        return free;
    }

    /// <summary>Frees what nobody holds; the rest is freed when it is given back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            while (_free.TryDequeue(out var memory))
            {
                memory.Dispose();
            }
        }
    }

    private void Take(Memory memory)
    {
        lock (_gate)
        {
            if (!_disposed && _free.Count < _usual + MostUnderWay)
            {
                _free.Enqueue(memory);
                return;
            }
        }
        memory.Dispose();
    }

    /// <summary>Of one batch.</summary>
    internal sealed class Memory : IDisposable
    {
        private readonly BatchRing _ring;
        private CudaEvent? _copied;

        public Memory(BatchRing ring)
        {
            _ring = ring;
            Images = Make(ring._shape, ring._type);
            Labels = Make([ring._shape[0]], int64);
        }

        /// <summary><c>[count, 3, H, W]</c>.</summary>
        public Tensor Images { get; }

        /// <summary>int64 <c>[count]</c>.</summary>
        public Tensor Labels { get; }

        /// <summary>Whether no copy to the device reads it any more.</summary>
        public bool IsCopied => _copied is null || _copied.IsDone;

        /// <summary>Waits until it <see cref="IsCopied"/>.</summary>
        public void AwaitCopy() => _copied?.Synchronize();

        /// <summary>Nobody uses the batch any more; copies of it have been asked for on this thread's stream, if at all.</summary>
        public void GiveBack()
        {
            if (_ring._cudaDevice is int device)
            {
                using var stream = CudaStream.Current(device);
                _copied ??= new CudaEvent();
                _copied.Record(stream);
            }
            _ring.Take(this);
        }

        // libtorch keeps page-locked memory until the copies from it have passed.
        public void Dispose()
        {
            Images.Dispose();
            Labels.Dispose();
            _copied?.Dispose();
        }

        private Tensor Make(long[] shape, ScalarType type)
        {
            var pageable = empty(shape, dtype: type, device: CPU).DetachFromDisposeScope();
            if (_ring._cudaDevice is null)
            {
                return pageable;
            }
            using (pageable)
            {
                return pageable.pin_memory().DetachFromDisposeScope();
            }
        }
    }
}

using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace VitNotebooks.Data;

/// <summary>
/// The threads that make the batches of one epoch ahead of the consumer. The work is cut into chunks of samples, taken in order, so that all threads
/// work on the batch that is wanted next; a sample's bytes depend on (seed, epoch, sample) alone, so it does not matter which thread takes it.
/// </summary>
internal sealed class EpochRun : IDisposable
{
    // How often someone who waits hears of it, and how long threads may take to end before they are left to themselves.
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Lock _threadsLock = new();
    private readonly object _gate = new();
    private readonly Loader _loader;
    private readonly int _epoch;
    private readonly EpochOrder _order;
    private readonly int _batches;
    private readonly int _chunk;
    private readonly Dictionary<int, Slot> _slots = [];
    private readonly Thread[] _threads;
    private int _wanted;
    private int _opened;
    private int _openedChunk;
    private bool _stopping;
    private Exception? _failure;

    public EpochRun(Loader loader, int epoch, int fromBatch)
    {
        var options = loader.Options;
        _loader = loader;
        _epoch = epoch;
        _batches = loader.BatchesPerEpoch;
        _wanted = fromBatch;
        _opened = fromBatch;
        _order = new EpochOrder(loader.Data, options, epoch);
        _chunk = Math.Clamp(options.BatchSize / (2 * options.Workers), 1, 32);
        _threads = new Thread[options.Workers];
        for (var i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = $"vitnb-loader-{i}" };
            _threads[i].Start();
        }
    }

    /// <summary>The next batch that holds an image; null after the last. Throws what a worker met.</summary>
    public Batch? Next(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.Register(() =>
        {
            lock (_gate)
            {
                Monitor.PulseAll(_gate);
            }
        });
        var began = Stopwatch.GetTimestamp();
        var told = TimeSpan.Zero;
        while (true)
        {
            Slot? slot;
            lock (_gate)
            {
                if (_wanted >= _batches)
                {
                    return null;
                }
                slot = Wait(cancellationToken);
                if (slot is not null)
                {
                    _slots.Remove(_wanted);
                    _wanted++;
                    Monitor.PulseAll(_gate);
                }
            }
            if (slot is null)
            {
                // Outside of the lock: who is told may take its time, and the workers go on.
                var waited = Stopwatch.GetElapsedTime(began);
                if (waited - told >= s_slice)
                {
                    told = waited;
                    _loader.Waiting?.Invoke(waited);
                }
                continue;
            }
            if (slot.Error is { } error)
            {
                slot.Batch?.Dispose();
                ExceptionDispatchInfo.Throw(error);
            }
            if (slot.Batch is { Count: > 0 } batch)
            {
                return batch;
            }
            slot.Batch?.Dispose();
            (began, told) = (Stopwatch.GetTimestamp(), TimeSpan.Zero);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }
        var began = Stopwatch.GetTimestamp();
        var ended = true;
        lock (_threadsLock)
        {
            foreach (var thread in _threads)
            {
                var left = s_patience - Stopwatch.GetElapsedTime(began);
                ended &= thread.Join(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            }
        }
        if (!ended)
        {
            // A source that never answers: its thread ends with its answer or with the process, and may still write to the batch that it works on.
            return;
        }
        lock (_gate)
        {
            foreach (var slot in _slots.Values)
            {
                slot.Begun?.Dispose();
            }
            _slots.Clear();
        }
    }

    /// <summary>The slot that is wanted; null where it is not made after a quarter of a second.</summary>
    private Slot? Wait(CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var waited = false;
        Slot? slot;
        while (!_slots.TryGetValue(_wanted, out slot) || !slot.Done)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_stopping, _loader);
            if (_failure is { } failure)
            {
                throw new DataException($"A thread of the loader ended in epoch {_epoch}: {failure.Message}", failure);
            }
            var left = s_slice - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                slot = null;
                break;
            }
            waited = true;
            Monitor.Wait(_gate, left);
        }
        if (waited)
        {
            _loader.AddWait(Stopwatch.GetElapsedTime(start));
        }
        return slot;
    }

    private void Work()
    {
        try
        {
            using var worker = new Worker(_loader);
            while (Take() is { } piece)
            {
                Exception? error = null;
                var errorAt = int.MaxValue;
                for (var i = piece.First; i < piece.First + piece.Count && error is null; i++)
                {
                    (error, errorAt) = (Make(piece.Slot, i, worker), i);
                }
                Finish(piece.Slot, error, errorAt);
            }
        }
        catch (Exception e)
        {
            // Whoever waits hears of it; on this thread it would end the process.
            lock (_gate)
            {
                _failure ??= e;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>The next chunk to work on; waits while enough is made ahead; null when there is no more.</summary>
    private Piece? Take()
    {
        lock (_gate)
        {
            while (!_stopping && _opened < _batches && _opened > _wanted + _loader.Options.Prefetch)
            {
                Monitor.Wait(_gate);
            }
            if (_stopping || _opened >= _batches)
            {
                return null;
            }
            var size = _loader.Options.BatchSize;
            var start = _opened * size;
            var count = Math.Min(size, _order.Count - start);
            var chunks = (count + _chunk - 1) / _chunk;
            if (!_slots.TryGetValue(_opened, out var slot))
            {
                slot = new Slot(_opened, count, chunks, Open);
                _slots.Add(_opened, slot);
            }
            var piece = new Piece(slot, _openedChunk * _chunk, Math.Min(_chunk, count - (_openedChunk * _chunk)));
            if (++_openedChunk == chunks)
            {
                _openedChunk = 0;
                _opened++;
                // The next batch may be open to others now.
                Monitor.PulseAll(_gate);
            }
            return piece;
        }
    }

    private Batch? Open(Slot slot)
    {
        try
        {
            var count = slot.Kept.Length;
            var draws = _loader.Tail is { } tail ? new TailDraws(count, tail) : null;
            return new Batch(_epoch, slot.Index, count, _loader.RentMemory(), draws);
        }
        catch (Exception e)
        {
            slot.Error = e;
            return null;
        }
    }

    private Exception? Make(Slot slot, int position, Worker worker)
    {
        if (slot.Batch is not { } batch)
        {
            return slot.Error;
        }
        var place = (slot.Index * _loader.Options.BatchSize) + position;
        var sample = _order.Image(place);
        try
        {
            var read = worker.Make(sample, _order.SeedAt(place, _loader.Options.Seed, _epoch), batch, position);
            slot.Kept[position] = read >= 0;
            if (read >= 0)
            {
                batch.SetLabel(position, _loader.Data.Label(read));
            }
            return null;
        }
        catch (ImageFileException e)
        {
            return e;
        }
        catch (Exception e)
        {
            return new DataException(
                $"{SourceOf(sample)}: reading or transforming it failed in epoch {_epoch}, batch {slot.Index}: {e.Message}",
                e
            );
        }
    }

    // What a name is read from may be what went wrong.
    private string SourceOf(int sample)
    {
        try
        {
            return _loader.Data.Source(sample);
        }
        catch (Exception)
        {
            return $"{_loader.Data.Name}, image {sample}";
        }
    }

    private void Finish(Slot slot, Exception? error, int errorAt)
    {
        bool last;
        lock (_gate)
        {
            if (error is not null && errorAt < slot.ErrorAt)
            {
                slot.Error = error;
                slot.ErrorAt = errorAt;
            }
            last = --slot.OpenChunks == 0;
        }
        if (!last)
        {
            return;
        }
        if (slot.Error is null)
        {
            slot.Batch!.Keep(slot.Kept);
        }
        lock (_gate)
        {
            slot.Done = true;
            Monitor.PulseAll(_gate);
        }
    }

    private sealed record Piece(Slot Slot, int First, int Count);

    private sealed class Slot
    {
        private readonly Lazy<Batch?> _batch;

        public Slot(int index, int count, int chunks, Func<Slot, Batch?> open)
        {
            (Index, OpenChunks) = (index, chunks);
            Kept = new bool[count];
            _batch = new Lazy<Batch?>(() => open(this));
        }

        public int Index { get; }

        public bool[] Kept { get; }

        /// <summary>Made by the first thread that works on it, outside of the lock: memory may have to be made, or a device be waited for.</summary>
        public Batch? Batch => _batch.Value;

        /// <summary>The batch, where a thread has asked for it.</summary>
        public Batch? Begun => _batch.IsValueCreated ? _batch.Value : null;

        public Exception? Error { get; set; }

        // Of several broken images the first in the batch is reported, whichever thread was faster.
        public int ErrorAt { get; set; } = int.MaxValue;

        public int OpenChunks { get; set; }

        public bool Done { get; set; }
    }

    /// <summary>A thread's memory: the image in work and the sample's generator.</summary>
    private sealed class Worker : IDisposable
    {
        private readonly Loader _loader;
        private readonly PixelBuffer _buffer;
        private readonly TorchRandom _random;
        private readonly IPartTransform? _first;
        private readonly Func<int, int, CropBox> _draw;
        private CropBox? _part;

        public Worker(Loader loader)
        {
            _loader = loader;
            _buffer = loader.RentBuffer();
            _random = new TorchRandom(0);
            _first = loader.Options.DecodesPart ? loader.Pipeline.FirstPart : null;
            _draw = (width, height) => _first!.Draw(width, height, _random);
        }

        /// <summary>Makes the numbers of an image; returns which image was read, -1 where it is left out.</summary>
        public int Make(int sample, long seed, Batch batch, int position)
        {
            var read = Read(sample, seed);
            if (read < 0)
            {
                return read;
            }
            if (_part is { } part)
            {
                _loader.Pipeline.ApplyToPart(_buffer, part, _random);
            }
            else
            {
                _loader.Pipeline.Apply(_buffer, _random);
            }
            if (_buffer.Width != _loader.Width || _buffer.Height != _loader.Height)
            {
                throw new DataException(
                    $"the pipeline made {_buffer.Width} x {_buffer.Height} of it, but the batch holds {_loader.Width} x {_loader.Height}; "
                        + "end the pipeline with CenterCrop, RandomCrop or RandomResizedCrop"
                );
            }
            if (batch.Draws is { } draws)
            {
                _buffer.WritePlanes(batch.SampleBytes(position));
                draws.Draw(position, _random);
            }
            else
            {
                _loader.Pipeline.Write(_buffer, batch.Sample(position), _random);
            }
            return read;
        }

        // The next image that is whole stands in for a broken one: whichever thread meets it, it is the same.
        private int Read(int sample, long seed)
        {
            var count = _loader.Data.Count;
            for (var tried = 0; tried < count; tried++)
            {
                var index = (int)((sample + (long)tried) % count);
                try
                {
                    _random.ManualSeed(seed);
                    if (_first is null)
                    {
                        _loader.Data.ReadInto(index, _buffer);
                    }
                    else
                    {
                        _part = _loader.Data.ReadPart(index, _draw, _first.PartSize, _buffer);
                    }
                    return index;
                }
                catch (ImageFileException e) when (_loader.Options.OnBroken != BrokenImagePolicy.Throw)
                {
                    _loader.AddBroken(index, e);
                    if (_loader.Options.OnBroken == BrokenImagePolicy.SkipAndCount)
                    {
                        return -1;
                    }
                }
            }
            throw new DataException($"none of the {count:N0} images of {_loader.Data.Name} can be read");
        }

        public void Dispose() => _loader.ReturnBuffer(_buffer);
    }
}

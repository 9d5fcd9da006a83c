using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>One pass of a <see cref="DataLoader{T, S}"/>: the batches in order, those ahead of the reader loaded on other threads.</summary>
internal sealed class LoadingPass<T, S>(DataLoader<T, S> loader) : IEnumerator<S>
{
    /// <param name="Value">What the collating function gave.</param>
    /// <param name="Owned">All that it made and did not free.</param>
    private readonly record struct Batch(S Value, IDisposable[] Owned);

    private readonly Queue<Task<Batch>> _ahead = new();
    private IEnumerator<long> _indexes = loader.sampler.GetEnumerator();
    private Batch? _current;

    // Read by the workers, so that an early end does not wait for whole batches.
    private volatile bool _ended;

    public S Current => _current is { } batch ? batch.Value : default!;

    object? IEnumerator.Current => Current;

    public bool MoveNext()
    {
        Free(ref _current);
        if (_ended)
        {
            return false;
        }
        if (loader.num_workers == 1)
        {
            _current = NextIndexes() is { } indexes ? Load(indexes) : null;
            return _current is not null;
        }
        while (_ahead.Count < loader.num_workers && NextIndexes() is { } indexes)
        {
            _ahead.Enqueue(Task.Run(() => Load(indexes)));
        }
        if (_ahead.Count == 0)
        {
            return false;
        }
        // An exception of the worker arrives here as it is.
        _current = _ahead.Dequeue().GetAwaiter().GetResult();
        return true;
    }

    private long[]? NextIndexes()
    {
        var indexes = new List<long>(loader.batch_size);
        while (indexes.Count < loader.batch_size && _indexes.MoveNext())
        {
            indexes.Add(_indexes.Current);
        }
        return indexes.Count == 0 || (loader.drop_last && indexes.Count < loader.batch_size) ? null : [.. indexes];
    }

    private Batch Load(long[] indexes)
    {
        using var sampleScope = NewDisposeScope();
        var samples = new T[indexes.Length];
        for (var i = 0; i < samples.Length && !_ended; i++)
        {
            samples[i] = loader.dataset.GetTensor(indexes[i]);
        }
        if (_ended)
        {
            return new(default!, []);
        }
        using var batchScope = NewDisposeScope();
        var value = loader.collate_fn(samples, loader.Device);
        IDisposable[] owned = [.. batchScope.DisposablesView];
        batchScope.Detach(owned);
        return new(value, owned);
    }

    private void Free(ref Batch? batch)
    {
        if (batch is { } loaded && loader.DisposeBatch)
        {
            foreach (var one in loaded.Owned)
            {
                one.Dispose();
            }
        }
        batch = null;
    }

    private void End()
    {
        _ended = true;
        Free(ref _current);
        while (_ahead.TryDequeue(out var task))
        {
            // What failed ahead of the reader is of no interest any more; what was loaded nobody else can free.
            try
            {
                foreach (var one in task.GetAwaiter().GetResult().Owned)
                {
                    one.Dispose();
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                continue;
            }
        }
        _indexes.Dispose();
    }

    public void Reset()
    {
        End();
        _indexes = loader.sampler.GetEnumerator();
        _ended = false;
    }

    public void Dispose() => End();
}

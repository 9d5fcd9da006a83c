using System.Collections.Concurrent;
using System.Runtime;

namespace VitNotebooks.Cli;

/// <summary>
/// The one thread on which all cells of a notebook run, awaits included: grad mode, dispose scopes and OpenMP pools are
/// a thread's own, so what one cell sets must hold in the next. An endless loop is aborted by the runtime
/// (<see cref="ControlledExecution"/>), and the thread lives on.
/// </summary>
internal sealed class CellThread : SynchronizationContext, IDisposable
{
    private const int StackBytes = 16 << 20;

    private readonly BlockingCollection<(SendOrPostCallback Call, object? State)> _queue = [];
    private readonly BlockingCollection<Job> _jobs = [];

    public CellThread() => new Thread(Loop, StackBytes) { Name = "notebook", IsBackground = true }.Start();

    /// <summary>Runs a job on the thread and waits for its end.</summary>
    /// <param name="work">The job; its awaits come back to the thread.</param>
    /// <param name="abort">Aborts it, wherever it is in managed code.</param>
    /// <exception cref="OperationCanceledException">It was aborted.</exception>
    public void Run(Func<Task> work, CancellationToken abort)
    {
        var job = new Job(work, abort);
        _jobs.Add(job, CancellationToken.None);
        job.Done.Wait(CancellationToken.None);
        job.Error?.Throw();
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => _queue.Add((d, state));

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state)
    {
        if (ReferenceEquals(Current, this))
        {
            d(state);
            return;
        }

        using var done = new ManualResetEventSlim();
        Post(
            _ =>
            {
                d(state);
                done.Set();
            },
            null
        );
        done.Wait();
    }

    public void Dispose() => _jobs.CompleteAdding();

    private void Loop()
    {
        SetSynchronizationContext(this);
        foreach (var job in _jobs.GetConsumingEnumerable())
        {
            try
            {
#pragma warning disable SYSLIB0046 // made for exactly this: notebooks that interrupt a cell
                ControlledExecution.Run(() => Pump(job), job.Abort);
#pragma warning restore SYSLIB0046
            }
            catch (Exception e)
            {
                job.Error = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e);
            }

            while (job.Error is not null && _queue.TryTake(out _)) { } // what an aborted cell had still to do
            job.Done.Set();
        }
    }

    private void Pump(Job job)
    {
        var task = job.Work();
        _ = task.ContinueWith(
            _ => Post(static _ => { }, null),
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default
        );
        while (!task.IsCompleted)
        {
            var (call, state) = _queue.Take(job.Abort);
            call(state);
        }

        task.GetAwaiter().GetResult();
    }

    private sealed class Job(Func<Task> work, CancellationToken abort)
    {
        public Func<Task> Work { get; } = work;
        public CancellationToken Abort { get; } = abort;
        public ManualResetEventSlim Done { get; } = new();
        public System.Runtime.ExceptionServices.ExceptionDispatchInfo? Error { get; set; }
    }
}

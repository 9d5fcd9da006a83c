using TorchSharp;

namespace VitNotebooks.Training;

/// <summary>
/// One dedicated thread for a run: torch's gradient mode, dispose scopes and OpenMP pool belong to a thread, so a run that
/// hopped between pool threads would start new OpenMP pools and lose its scopes.
/// </summary>
internal static class TrainingThread
{
    private static int s_active;

    /// <summary>Runs the work on its own thread and completes when it ends.</summary>
    /// <exception cref="InvalidOperationException">Another run is under way in this process.</exception>
    public static Task<T> Run<T>(
        Func<CancellationToken, T> work,
        bool handlesCtrlC,
        CancellationToken cancellation,
        CancellationToken host,
        bool drawsRandomNumbers = true
    )
    {
        var threads = torch.get_num_threads(); // throws where there is no libtorch, so before the run counts as one
        if (drawsRandomNumbers && Interlocked.CompareExchange(ref s_active, 1, 0) != 0)
        {
            throw new InvalidOperationException(
                "Another training run is under way in this process. Runs draw from torch's one default generator, so they would "
                    + "change each other's numbers; await the first, or start the second in a process of its own."
            );
        }
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, host);
        ConsoleCancelEventHandler onCtrlC = (_, e) =>
        {
            if (!stop.IsCancellationRequested)
            {
                e.Cancel = true;
                stop.Cancel();
            }
        };
        if (handlesCtrlC)
        {
            Console.CancelKeyPress += onCtrlC;
        }
        Thread thread = new(
            () =>
            {
                T? result = default;
                Exception? failure = null;
                try
                {
                    torch.set_num_threads(threads);
                    result = work(stop.Token);
                }
#pragma warning disable CA1031 // Whatever goes wrong belongs to the awaiting caller.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    failure = e;
                }
                if (handlesCtrlC)
                {
                    Console.CancelKeyPress -= onCtrlC;
                }
                stop.Dispose();
                if (drawsRandomNumbers)
                {
                    Volatile.Write(ref s_active, 0);
                }
                if (failure is null)
                {
                    done.SetResult(result!);
                }
                else
                {
                    done.SetException(failure);
                }
            },
            maxStackSize: 16 * 1024 * 1024
        )
        {
            Name = "VitNotebooks training",
            IsBackground = true,
        };
        thread.Start();
        return done.Task;
    }
}

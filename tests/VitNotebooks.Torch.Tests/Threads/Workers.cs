namespace TorchSharp.Tests;

/// <summary>Threads that do the same thing at once.</summary>
internal static class Workers
{
    /// <summary>Runs an action on so many threads; throws what the first of them threw.</summary>
    public static void Run(int count, Action<int> action)
    {
        Exception? failure = null;
        var threads = Enumerable
            .Range(0, count)
            .Select(i => new Thread(() =>
            {
                try
                {
                    action(i);
                }
                catch (Exception e)
                {
                    Interlocked.CompareExchange(ref failure, e, null);
                }
            }))
            .ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }
}

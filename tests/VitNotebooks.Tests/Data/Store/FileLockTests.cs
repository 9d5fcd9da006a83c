using System.Collections.Concurrent;
using System.Diagnostics;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>Who waits for another says for whom.</summary>
public sealed class FileLockTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string File => _folder["x.lock"];

    [Fact]
    public async Task Acquire_AFreeOne_SaysNothing()
    {
        var said = new ConcurrentQueue<string>();
        using (var alone = await FileLock.AcquireAsync(File, null, said.Enqueue, CancellationToken.None))
        {
            alone.Holds.ShouldBeTrue();
        }
        said.ShouldBeEmpty();
        System.IO.File.Exists(File).ShouldBeFalse();
    }

    [Fact]
    public async Task Acquire_ThisProcessHasIt_SaysSo()
    {
        var said = new TaskCompletionSource<string>();
        Task<FileLock> waiting;
        using (await FileLock.AcquireAsync(File, null, null, CancellationToken.None))
        {
            waiting = FileLock.AcquireAsync(File, null, text => said.TrySetResult(text), CancellationToken.None);
            var sentence = await said.Task.WaitAsync(TimeSpan.FromSeconds(30));
            sentence.ShouldBe($"Waiting for this process to end with {File}.");
            waiting.IsCompleted.ShouldBeFalse();
        }
        (await waiting.WaitAsync(TimeSpan.FromSeconds(30))).Dispose();
    }

    [Fact]
    public async Task Acquire_AnotherProcessHasIt_NamesIt()
    {
        using var other = Process.Start(
            new ProcessStartInfo("flock", ["-x", File, "sh", "-c", "echo locked; exec sleep 600"])
            {
                RedirectStandardOutput = true,
            }
        )!;
        try
        {
            (await other.StandardOutput.ReadLineAsync()).ShouldBe("locked");
            var said = new TaskCompletionSource<string>();
            using var stop = new CancellationTokenSource();
            var waiting = FileLock.AcquireAsync(File, null, text => said.TrySetResult(text), stop.Token);
            var sentence = await said.Task.WaitAsync(TimeSpan.FromSeconds(30));
            sentence.ShouldBe($"Waiting for process {other.Id} (flock) to end with {File}.");
            await stop.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        }
        finally
        {
            other.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public void HolderOf_AFileThatNobodyHas_IsUnknown() =>
        LockHolder.Of(_folder["nobody.lock"]).ShouldBe(LockHolder.Unknown);
}

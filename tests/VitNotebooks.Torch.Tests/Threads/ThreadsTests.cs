using System.Diagnostics;
using Shouldly;
using VitNotebooks.Acceleration;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

// What could crash runs in a process of its own: see ChildProgram.
[Collection(Alone.Name)]
public class ThreadsTests
{
    [Fact]
    public void Ops_FromManyThreads_AreRight() => ChildProgram.Run(OpsFromManyThreads).ShouldBe("0 alive");

    private static void OpsFromManyThreads()
    {
        using var shared = arange(1000, ScalarType.Float64).requires_grad_();
        var before = Tensor.TotalCount;
        Workers.Run(
            8,
            i =>
            {
                for (var round = 0; round < 200; round++)
                {
                    using var scope = NewDisposeScope();
                    var x = shared * i + round;
                    x.sum().item<double>().ShouldBe(499500.0 * i + 1000.0 * round, 1e-6);
                    var gradient = autograd.grad([(x * x).sum()], [shared])[0];
                    gradient[1].item<double>().ShouldBe(2.0 * i * (i + round), 1e-6);
                }
            }
        );
        Console.WriteLine($"{Tensor.TotalCount - before} alive");
    }

    [Fact]
    public void Dispose_WhileAnotherThreadUsesIt_ThrowsThereAndCrashesNothing()
    {
        var (used, refused) = Numbers(ChildProgram.Run(DisposeWhileUsed));
        used.ShouldBeGreaterThan(0);
        refused.ShouldBeGreaterThan(0);
    }

    private static void DisposeWhileUsed() => Race((tensor, _) => tensor.Dispose(), useInScope: false);

    [Fact]
    public void CloseOfAScope_WhileAnotherThreadUsesAMember_ThrowsThereAndCrashesNothing()
    {
        var (used, refused) = Numbers(ChildProgram.Run(CloseWhileUsed));
        used.ShouldBeGreaterThan(0);
        refused.ShouldBeGreaterThan(0);
    }

    private static void CloseWhileUsed() => Race((_, scope) => scope!.Dispose(), useInScope: true);

    [Fact]
    public void Dispose_ByAnotherThread_WhileTheOwnThreadUsesIt_ThrowsThereAndCrashesNothing()
    {
        var (used, refused) = Numbers(ChildProgram.Run(DisposeByOthers));
        used.ShouldBeGreaterThan(0);
        refused.ShouldBeGreaterThan(0);
    }

    // One thread makes a tensor a round and uses it; the others get it and dispose of it.
    private static void DisposeByOthers()
    {
        Tensor? current = null;
        var done = false;
        long used = 0,
            refused = 0;
        LoadAndCompile();
        Workers.Run(
            3,
            i =>
            {
                if (i > 0)
                {
                    while (!Volatile.Read(ref done))
                    {
                        Interlocked.Exchange(ref current, null)?.Dispose();
                    }
                    return;
                }
                var watch = Stopwatch.StartNew();
                while (watch.ElapsedMilliseconds < 1500)
                {
                    var tensor = ones(64, 64);
                    Volatile.Write(ref current, tensor);
                    try
                    {
                        for (var k = 0; k < 20; k++)
                        {
                            using var sum = tensor.sum();
                            sum.item<float>().ShouldBe(4096);
                            used++;
                        }
                    }
                    catch (ObjectDisposedException)
                    {
                        refused++;
                    }
                }
                Volatile.Write(ref done, true);
            }
        );
        Console.WriteLine($"{used} {refused}");
    }

    // The main thread makes tensors and ends them, while others use whatever is current: each use gives a right
    // result or an ObjectDisposedException. Freed memory is filled at once by tensors of other values.
    private static void Race(Action<Tensor, DisposeScope?> end, bool useInScope)
    {
        Tensor? current = null;
        var done = false;
        long used = 0,
            refused = 0;
        var rounds = 0;
        LoadAndCompile();
        Workers.Run(
            4,
            i =>
            {
                if (i == 0)
                {
                    var watch = Stopwatch.StartNew();
                    while (watch.ElapsedMilliseconds < 1500)
                    {
                        var scope = useInScope ? NewDisposeScope() : null;
                        var tensor = full(64, 64, 3.0);
                        Volatile.Write(ref current, tensor);
                        // Now in the middle of the first use, now after one.
                        var (seen, start) = (Interlocked.Read(ref used), watch.ElapsedMilliseconds);
                        var wait = ++rounds % 2 == 0;
                        while (wait && Interlocked.Read(ref used) == seen && watch.ElapsedMilliseconds < start + 20)
                        {
                            Thread.Yield();
                        }
                        end(tensor, scope);
                        using var other = full(64, 64, 7.0);
                    }
                    Volatile.Write(ref done, true);
                    return;
                }
                while (!Volatile.Read(ref done))
                {
                    if (Volatile.Read(ref current) is not { } tensor)
                    {
                        continue;
                    }
                    try
                    {
                        using var sum = tensor.sum();
                        tensor.shape.ShouldBe([64, 64]);
                        sum.item<float>().ShouldBe(3 * 4096);
                        Interlocked.Increment(ref used);
                    }
                    catch (ObjectDisposedException)
                    {
                        Interlocked.Increment(ref refused);
                    }
                }
            }
        );
        Console.WriteLine($"{used} {refused}");
    }

    // The first of everything takes a second, which the race must not lose.
    private static void LoadAndCompile()
    {
        using var tensor = full(64, 64, 3.0);
        using var sum = tensor.sum();
        sum.item<float>().ShouldBe(3 * 4096);
        sum.Dispose();
        Should.Throw<ObjectDisposedException>(() => sum.shape);
    }

    private static (long Used, long Refused) Numbers(string output)
    {
        var parts = output.Split(' ');
        return (
            long.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture),
            long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture)
        );
    }

    [Fact]
    public void Members_MovedByManyThreads_AreEachFreedOnce() => ChildProgram.Run(MoveMembers).ShouldBe("0 alive");

    // Every thread takes tensors out of every other's scope, puts them into its own, or frees them.
    private static void MoveMembers()
    {
        using (zeros(1)) { }
        var before = Tensor.TotalCount;
        var pool = new Tensor?[64];
        Workers.Run(
            4,
            i =>
            {
                var random = new Random(i);
                for (var round = 0; round < 100; round++)
                {
                    using var scope = NewDisposeScope();
                    for (var k = 0; k < 50; k++)
                    {
                        ref var place = ref pool[random.Next(pool.Length)];
                        var mine = zeros(4);
                        if (Interlocked.Exchange(ref place, mine) is not { } other)
                        {
                            continue;
                        }
                        try
                        {
                            switch (random.Next(4))
                            {
                                case 0:
                                    scope.Attach(other);
                                    break;
                                case 1:
                                    other.DetachFromDisposeScope();
                                    other.Dispose();
                                    break;
                                case 2:
                                    other.Dispose();
                                    break;
                                default:
                                    other.MoveToOuterDisposeScope();
                                    break;
                            }
                        }
                        catch (ObjectDisposedException)
                        {
                            // Its scope was closed by its own thread.
                        }
                    }
                }
            }
        );
        Array.ForEach(pool, tensor => tensor?.Dispose());
        // Moved out of the outermost scope: nobody's, found by the collector.
        Array.Clear(pool);
        for (var i = 0; i < 10 && Tensor.TotalCount > before; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(2);
            using var op = zeros(1);
        }
        Console.WriteLine($"{Tensor.TotalCount - before} alive");
    }

    [Fact]
    public void Call_RefusedForAnArgument_IsOverForWhoFreesMeanwhile()
    {
        using var refused = new ManualResetEventSlim();
        using var over = new ManualResetEventSlim();
        using var shared = ones(3);
        var idle = new Thread(() =>
        {
            using (shared + 1) { }
            Should.Throw<ArgumentNullException>(() => shared.matmul(null!));
            refused.Set();
            over.Wait();
        });
        idle.Start();
        refused.Wait();
        shared.Dispose();
        var waiting = DeferredFrees.Waiting;
        over.Set();
        idle.Join();
        waiting.ShouldBe(0);
    }

    [Fact]
    public void SharedTensors_DisposedWhileOthersAreInACall_AreFreedSoonAfter()
    {
        using var entered = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        var x = ones(3).requires_grad_();
        var y = x * 2;
        var victim = ones(5);
        var thread = new Thread(() =>
        {
            using (victim.sum()) { }
            OpThread.Current.EnterCall();
            entered.Set();
            leave.Wait();
            OpThread.Current.LeaveCall();
        });
        thread.Start();
        entered.Wait();
        var before = Tensor.TotalCount;
        victim.Dispose();
        victim.IsInvalid.ShouldBeTrue();
        Tensor.TotalCount.ShouldBe(before);
        leave.Set();
        thread.Join();
        for (var i = 0; i < 1000 && Tensor.TotalCount >= before; i++)
        {
            Thread.Sleep(1);
            ones(1).Dispose();
        }
        Tensor.TotalCount.ShouldBe(before - 1);
        y.Dispose();
        x.Dispose();
    }

    [Fact]
    public async Task Scope_MovedAfterAnAwait_HoldsWhatIsMadeThere()
    {
        var scope = NewDisposeScope();
        var first = ones(2);
        Tensor? between = null,
            second = null;
        await Task.Factory.StartNew(
            () =>
            {
                between = ones(3);
                scope.MoveToThisThread();
                second = first + 1;
                CurrentDisposeScope.ShouldBeSameAs(scope);
                scope.Dispose();
                CurrentDisposeScope.ShouldBeNull();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        first.IsInvalid.ShouldBeTrue();
        second!.IsInvalid.ShouldBeTrue();
        between!.IsInvalid.ShouldBeFalse();
        between.Dispose();
        Should.Throw<ObjectDisposedException>(() => scope.MoveToThisThread());
    }

    [Fact]
    public void Scope_MovedToAnotherThread_TakesNothingMoreFromItsFirst()
    {
        var scope = NewDisposeScope();
        Workers.Run(1, _ => scope.MoveToThisThread());
        using var late = ones(2);
        CurrentDisposeScope.ShouldBeNull();
        scope.Contains(late).ShouldBeFalse();
        scope.Dispose();
    }

    [Fact]
    public void Callbacks_ThatThrowOnManyThreads_ThrowWhereTheirBackwardIs() =>
        ChildProgram.Run(CallbacksThatThrow).ShouldBe("0 alive");

    private static void CallbacksThatThrow()
    {
        using (zeros(1)) { }
        var before = Tensor.TotalCount;
        Workers.Run(
            6,
            i =>
            {
                for (var round = 0; round < 100; round++)
                {
                    using var scope = NewDisposeScope();
                    var x = ones(3).requires_grad_();
                    var y = x * 2;
                    var mine = new InvalidOperationException($"{i} {round}");
                    y.register_hook(_ => throw mine);
                    Should.Throw<InvalidOperationException>(() => y.sum().backward()).ShouldBeSameAs(mine);
                }
            }
        );
        Console.WriteLine($"{Tensor.TotalCount - before} alive");
    }

    [Fact]
    public void Exit_WithLiveTensorsGraphsHooksAndThreads_IsQuiet() =>
        ChildProgram.Run(ExitWithLiveTensors).ShouldBe("end");

    private static readonly List<object> s_kept = [];

    private static void ExitWithLiveTensors()
    {
        _ = NewDisposeScope();
        var x = ones(1000, 1000).requires_grad_();
        x.register_hook(g => g * 2);
        s_kept.Add(Checkpointing.Run(t => t.exp(), x * 2));
        s_kept.Add(x);
        for (var i = 0; i < 2; i++)
        {
            new Thread(() =>
            {
                while (true)
                {
                    using var y = ones(16, 16).matmul(ones(16, 16));
                }
            })
            {
                IsBackground = true,
            }.Start();
        }
        Thread.Sleep(200);
        Console.WriteLine("end");
    }
}

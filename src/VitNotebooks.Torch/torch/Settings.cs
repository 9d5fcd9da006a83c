using TorchSharp.Dispatch;
using TorchSharp.Native;

namespace TorchSharp;

// Seeds, threads and versions.
public static partial class torch
{
    /// <summary>Seeds the default generators of all devices.</summary>
    /// <returns>The CPU's.</returns>
    public static unsafe Generator manual_seed(long seed)
    {
        Libtorch.Require();
        Dispatcher.Check(Core.ManualSeed(unchecked((ulong)seed)), "manual_seed");
        return Generator.Default;
    }

    /// <summary>Starts the default generators from the system's entropy.</summary>
    /// <returns>The seed.</returns>
    public static long seed()
    {
        var seed = Generator.Default.seed();
        manual_seed(seed);
        return seed;
    }

    public static long initial_seed() => Generator.Default.initial_seed();

    public static Tensor get_rng_state() => Generator.Default.get_state();

    public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);

    /// <summary>The default generator of the CPU.</summary>
    public static partial class random
    {
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        public static long seed() => torch.seed();

        public static long initial_seed() => torch.initial_seed();

        public static Tensor get_rng_state() => torch.get_rng_state();

        public static void set_rng_state(Tensor new_state) => torch.set_rng_state(new_state);
    }

    /// <summary>Threads that one operation is spread over; the number belongs to the calling thread. At the start, unless
    /// OMP_NUM_THREADS says another, one a physical core that the process may use.</summary>
    public static unsafe int get_num_threads()
    {
        Libtorch.Require();
        return Core.GetNumThreads();
    }

    public static unsafe void set_num_threads(int num)
    {
        CheckThreads(num);
        Libtorch.Require();
        Dispatcher.Check(Core.SetNumThreads(num), "set_num_threads");
    }

    // Where the system makes no more threads, OpenMP ends the process.
    private static void CheckThreads(int num)
    {
        var most = Math.Max(256, 4 * Environment.ProcessorCount);
        if (num < 1 || num > most)
        {
            throw new ArgumentOutOfRangeException(
                nameof(num),
                num,
                $"A number of threads from 1 to {most} is expected, not {num}."
            );
        }
    }

    /// <summary>Threads for operations beside each other.</summary>
    public static unsafe int get_num_interop_threads()
    {
        Libtorch.Require();
        return Core.GetNumInteropThreads();
    }

    public static unsafe void set_num_interop_threads(int num)
    {
        CheckThreads(num);
        Libtorch.Require();
        Dispatcher.Check(Core.SetNumInteropThreads(num), "set_num_interop_threads");
    }

    /// <summary>The scope that takes in what this thread makes; null outside of all.</summary>
    public static DisposeScope? CurrentDisposeScope => DisposeScope.Current;

    /// <summary>The version of libtorch underneath.</summary>
    public static string __version__ => Core.LibtorchVersion;

    /// <exception cref="InvalidOperationException">The condition does not hold.</exception>
    public static void _assert(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidOperationException(message);
        }
    }

    /// <inheritdoc cref="_assert(bool, string)"/>
    public static void _assert(Func<bool> condition, string message)
    {
        ArgumentNullException.ThrowIfNull(condition);
        _assert(condition(), message);
    }
}

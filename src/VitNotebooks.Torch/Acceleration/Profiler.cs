using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>
/// Records which operation of libtorch runs when, on which thread: <c>using var profile = Profiler.Start();</c>, some steps,
/// then <c>Console.WriteLine(profile.Table())</c> or <c>profile.WriteChromeTrace("trace.json")</c>.
/// </summary>
/// <remarks>
/// While none runs it costs nothing; while one runs, about a microsecond an operation, more with shapes. Times are the
/// processor's: work on a GPU runs on after the operation that started it has returned.
/// TorchSharp does not show what libtorch runs: there a profile holds the program's own ranges alone, <see cref="Refusal"/> says
/// so, and so does one line on standard error, the first time.
/// </remarks>
[BeyondTorchSharp]
public static class Profiler
{
    private static Profile? s_current;

    /// <summary>Why operations are not recorded here, or null.</summary>
    public static string? Refusal => ProfilerEngine.Refusal;

    /// <summary>Whether one is recording.</summary>
    public static bool IsRunning => Volatile.Read(ref s_current) is not null;

    /// <summary>Begins to record; one at a time in a process.</summary>
    /// <param name="shapes">Whether to note the shapes of every operation's inputs.</param>
    /// <param name="allThreads">Whether to record every thread, backward's among them, or this one alone.</param>
    /// <exception cref="InvalidOperationException">One is running already.</exception>
    /// <exception cref="TorchSharp.Native.LibtorchException">The native module does not compile for this libtorch.</exception>
    public static Profile Start(bool shapes = false, bool allThreads = true)
    {
        var profile = new Profile(allThreads ? null : Environment.CurrentManagedThreadId);
        if (Interlocked.CompareExchange(ref s_current, profile, null) is not null)
        {
            throw new InvalidOperationException("Profiler: one is running already; dispose it before the next begins.");
        }
        try
        {
            ProfilerEngine.Start(shapes, allThreads);
            return profile;
        }
        catch
        {
            s_current = null;
            throw;
        }
    }

    /// <summary>A named range of the caller's own, such as "epoch", until it is disposed on the same thread; nothing while no
    /// profiler runs.</summary>
    public static ProfilerRange Range(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return IsRunning ? ProfilerRange.Enter(name) : default;
    }

    internal static void Ended(Profile profile) => Interlocked.CompareExchange(ref s_current, null, profile);
}

/// <summary>A range that <see cref="Profiler.Range"/> opened.</summary>
[BeyondTorchSharp]
public struct ProfilerRange : IDisposable, IEquatable<ProfilerRange>
{
    private ulong _generation;
    private readonly long _place;

    private ProfilerRange(long place, ulong generation) => (_place, _generation) = (place, generation);

    internal static ProfilerRange Enter(string name)
    {
        var (place, generation) = ProfilerEngine.EnterRange(name);
        return new ProfilerRange(place, generation);
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        if (_generation != 0)
        {
            ProfilerEngine.LeaveRange(_place, _generation);
            _generation = 0;
        }
    }

    /// <inheritdoc/>
    public readonly bool Equals(ProfilerRange other) => _place == other._place && _generation == other._generation;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is ProfilerRange other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(_place, _generation);

    /// <summary>Whether both are the same range.</summary>
    public static bool operator ==(ProfilerRange left, ProfilerRange right) => left.Equals(right);

    /// <summary>Whether they are not.</summary>
    public static bool operator !=(ProfilerRange left, ProfilerRange right) => !left.Equals(right);
}

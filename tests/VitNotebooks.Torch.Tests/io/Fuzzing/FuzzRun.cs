using System.Diagnostics;
using TorchSharp;
using VitNotebooks.Acceleration;
using static TorchSharp.torch;

namespace VitNotebooks.Fuzzing;

/// <summary>What came of reading damaged files.</summary>
/// <param name="Format">Which format.</param>
/// <param name="Files">How many files were read.</param>
/// <param name="Errors">Those that were refused with a sentence.</param>
/// <param name="Answers">Those that were read, and whose answer is what a plain reading finds in the file.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="MostManagedBytes">The most that one file took of .NET's memory.</param>
/// <param name="MostNativeBytes">The most that one file took in tensors of a megabyte and more, at once.</param>
/// <param name="ResidentGrowth">Bytes by which the process' peak grew.</param>
/// <param name="Failures">Anything else, with the seed: must be empty.</param>
internal sealed record FuzzReport(
    string Format,
    int Files,
    int Errors,
    int Answers,
    double Seconds,
    long MostManagedBytes,
    long MostNativeBytes,
    long ResidentGrowth,
    IReadOnlyList<string> Failures
);

/// <summary>
/// Reads damaged files: each must end in a sentence, or in the answer that a plain reading of the damaged bytes gives; within the memory that the file
/// warrants. Memory is the process's, so nothing else may run beside this.
/// </summary>
internal sealed class FuzzRun(FuzzedFormat format)
{
    /// <summary>What a reader may take beside a multiple of the file: buffers of fixed size.</summary>
    private const long FixedBytes = 4 << 20;

    /// <summary>An object of .NET takes up to about 200 bytes for one byte of pickle; deflate packs 1032 bytes into one.</summary>
    private const long ManagedFactor = 1100;

    private readonly List<string> _failures = [];
    private int _errors,
        _answers;
    private long _mostManaged,
        _mostNative;

    public static FuzzReport Run(FuzzedFormat format, int count, ulong seed) => new FuzzRun(format).Run(count, seed);

    private FuzzReport Run(int count, ulong seed)
    {
        var watch = Stopwatch.StartNew();
        var points = format.Files.Select(FuzzedFormat.Points).ToList();
        Memory.ResetPeak();
        var before = Memory.PeakResidentBytes;
        for (var i = 0; i < count && _failures.Count < 20; i++)
        {
            var which = i % format.Files.Count;
            var caseSeed = (seed * 1_000_003) + (ulong)i;
            var bytes = new Mutator(caseSeed).Damage(format.Files[which], points[which]);
            if (Read(bytes, intact: bytes.AsSpan().SequenceEqual(format.Files[which])) is { } fault)
            {
                _failures.Add($"{format.Name}, seed {caseSeed}, file {which}: {fault}");
            }
        }
        return new FuzzReport(
            format.Name,
            _errors + _answers,
            _errors,
            _answers,
            watch.Elapsed.TotalSeconds,
            _mostManaged,
            _mostNative,
            Memory.PeakResidentBytes - before,
            _failures
        );
    }

    /// <returns>What is wrong, or null.</returns>
    private string? Read(byte[] bytes, bool intact)
    {
        using var scope = NewDisposeScope();
        Memory.Trim();
        var native = Memory.LargeTensors.Live;
        var managed = GC.GetAllocatedBytesForCurrentThread();
        object? answer = null;
        Exception? error = null;
        try
        {
            answer = format.Read(bytes);
        }
        catch (Exception e)
        {
            error = e;
        }
        managed = GC.GetAllocatedBytesForCurrentThread() - managed;
        native = Memory.LargeTensors.Peak - native;
        _mostManaged = Math.Max(_mostManaged, managed);
        _mostNative = Math.Max(_mostNative, native);
        return OfMemory(bytes.Length, managed, native)
            ?? (error is null ? OfAnswer(answer, bytes) : OfError(error, intact));
    }

    private string? OfMemory(long length, long managed, long native)
    {
        if (managed > FixedBytes + (ManagedFactor * length))
        {
            return $"{managed} bytes of .NET's memory for a file of {length}";
        }

        return native > FixedBytes + (format.MostBytesForOne * length)
            ? $"{native} bytes of tensors for a file of {length}"
            : null;
    }

    private string? OfError(Exception error, bool intact)
    {
        if (!IsSentence(error))
        {
            return $"{error.GetType().Name}: {error.Message}";
        }

        if (intact)
        {
            return $"the damage left the file as it was, and it was refused: {error.Message}";
        }

        _errors++;
        return null;
    }

    private string? OfAnswer(object? answer, byte[] bytes)
    {
        object? plain;
        try
        {
            plain = format.Plain(bytes);
        }
        catch (Exception e)
        {
            return $"it was read, and a plain reading finds no answer in it: {e.GetType().Name}: {e.Message}";
        }
        string? difference;
        try
        {
            difference = AnswerCheck.Difference(answer, plain);
        }
        catch (Exception e)
        {
            return $"it was read, and the file does not hold what was: {e.GetType().Name}: {e.Message}";
        }
        if (difference is null)
        {
            _answers++;
        }

        return difference;
    }

    /// <summary>An error of the file's, in words; never one of memory, of an index, of a null.</summary>
    private static bool IsSentence(Exception e) =>
        e is IOException or InvalidDataException or StateDictException or TorchNotImplementedException
        && e.Message.Length > 20;
}

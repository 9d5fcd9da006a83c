using System.Diagnostics;
using TorchSharp;
using VitNotebooks.Acceleration;
using static TorchSharp.torch;

namespace VitNotebooks.Fuzzing;

/// <summary>What came of reading damaged files.</summary>
/// <param name="Format">Which format.</param>
/// <param name="Files">How many files were read.</param>
/// <param name="Errors">Those that were refused with a sentence.</param>
/// <param name="Answers">Those that were read, and whose tensors lie within their memory.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="MostManagedBytes">The most that one file took of .NET's memory.</param>
/// <param name="ResidentGrowth">Bytes by which the process' peak grew.</param>
/// <param name="Failures">Anything else, with the seed: must be empty.</param>
internal sealed record FuzzReport(
    string Format,
    int Files,
    int Errors,
    int Answers,
    double Seconds,
    long MostManagedBytes,
    long ResidentGrowth,
    IReadOnlyList<string> Failures
);

/// <summary>Reads damaged files: each must end in a sentence or in tensors that can be used, within the memory that the file warrants.</summary>
internal static class FuzzRun
{
    /// <summary>What a reader may take beside a multiple of the file: buffers of fixed size.</summary>
    private const long FixedBytes = 4 << 20;

    /// <summary>Deflate packs 1032 bytes into one; an object of .NET takes up to about 200 bytes for one byte of pickle.</summary>
    private const long Factor = 1100;

    public static FuzzReport Run(FuzzedFormat format, int count, ulong seed)
    {
        var watch = Stopwatch.StartNew();
        var points = format.Files.Select(FuzzedFormat.Points).ToList();
        var failures = new List<string>();
        int errors = 0,
            answers = 0;
        long most = 0;
        Memory.ResetPeak();
        var before = Memory.PeakResidentBytes;
        for (var i = 0; i < count && failures.Count < 20; i++)
        {
            var which = i % format.Files.Count;
            var caseSeed = (seed * 1_000_003) + (ulong)i;
            var bytes = new Mutator(caseSeed).Damage(format.Files[which], points[which]);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using var scope = NewDisposeScope();
                foreach (var tensor in format.Read(bytes))
                {
                    Use(tensor, bytes.Length);
                }
                answers++;
            }
            catch (Exception e) when (IsSentence(e))
            {
                errors++;
            }
            catch (Exception e)
            {
                failures.Add($"{format.Name}, seed {caseSeed}, file {which}: {e.GetType().Name}: {e.Message}");
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            most = Math.Max(most, allocated);
            if (allocated > FixedBytes + (Factor * bytes.Length))
            {
                failures.Add(
                    $"{format.Name}, seed {caseSeed}, file {which}: {allocated} bytes for a file of {bytes.Length}"
                );
            }
        }
        return new FuzzReport(
            format.Name,
            errors + answers,
            errors,
            answers,
            watch.Elapsed.TotalSeconds,
            most,
            Memory.PeakResidentBytes - before,
            failures
        );
    }

    /// <summary>An error of the file's, in words; never one of memory, of an index, of a null.</summary>
    private static bool IsSentence(Exception e) =>
        e is IOException or InvalidDataException or StateDictException or TorchNotImplementedException
        && e.Message.Length > 20;

    /// <summary>Reads every element: a tensor that looks outside of its memory would end the process or be caught by the sum's bounds.</summary>
    private static void Use(Tensor tensor, long fileBytes)
    {
        // A view of stride 0 shows more than there is; then its parts are looked at.
        if (tensor.numel() > (Factor * fileBytes) + 1024)
        {
            return;
        }
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var copy = tensor.detach().contiguous().clone();
        if (copy.numel() != tensor.shape.Aggregate(1L, (a, b) => a * b))
        {
            throw new InvalidOperationException("A tensor has other than its shape's elements.");
        }
    }
}

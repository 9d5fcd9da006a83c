using Shouldly;
using VitNotebooks.Files;
using VitNotebooks.Fuzzing;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.io_;

/// <summary>2,000 damaged files a format, the same at every run; <c>VitNotebooks.Benchmarks fuzz</c> reads 100,000.</summary>
[Collection(ProcessMemory.Name)]
public sealed class FuzzTests(PythonFiles python) : IClassFixture<PythonFiles>
{
    public static TheoryData<string> Formats => ["safetensors", "pth", "pth-legacy", "npy", "npz", "dat"];

    private FuzzedFormat Format(string name)
    {
        _ = python["tree.pth"];
        return FuzzedFormat.All(python.Folder).Single(f => f.Name == name);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_DamagedFiles_AnErrorOrTheFilesAnswerWithinTheMemoryOfTheFile(string name)
    {
        var report = FuzzRun.Run(Format(name), 2000, seed: 1);
        report.Failures.ShouldBeEmpty();
        report.Files.ShouldBe(2000);
        report.Errors.ShouldBeGreaterThan(200);
        report.Answers.ShouldBeGreaterThan(20);
        report.ResidentGrowth.ShouldBeLessThan(300L << 20);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_WholeFiles_ThePlainReadingsAnswer(string name)
    {
        using var scope = NewDisposeScope();
        var format = Format(name);
        format.Files.ShouldNotBeEmpty();
        foreach (var file in format.Files)
        {
            AnswerCheck.Difference(format.Read(file), format.Plain(file)).ShouldBeNull();
        }
    }

    // The four below: a run must find a reader that errs, else its silence says nothing.

    [Theory]
    [MemberData(nameof(Formats))]
    public void Run_AReaderThatAnswersWithTheWholeFile_IsFound(string name)
    {
        var format = Format(name);
        var wrong = format with { Files = [format.Files[0]], Read = _ => format.Read(format.Files[0]) };
        FuzzRun.Run(wrong, 200, seed: 1).Failures.ShouldNotBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Run_AReaderThatGetsOneByteWrong_IsFound(string name)
    {
        var format = Format(name);
        object? Read(byte[] bytes)
        {
            var answer = format.Read(bytes);
            using var quiet = no_grad();
            var tensors = answer is IReadOnlyDictionary<string, Tensor> named
                ? named.Values
                : CurrentDisposeScope!.DisposablesView.OfType<Tensor>();
            tensors.First(t => t.numel() > 0 && t.is_contiguous()).detach().bytes[^1] ^= 1;
            return answer;
        }
        var failures = FuzzRun.Run(format with { Read = Read }, 200, seed: 1).Failures;
        failures.ShouldContain(failure => failure.Contains("the file has", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Run_AReaderThatTakesNativeMemory_IsFound(string name)
    {
        var format = Format(name);
        object? Read(byte[] bytes)
        {
            empty((format.MostBytesForOne * (long)bytes.Length) + (8 << 20), dtype: uint8).Dispose();
            return format.Read(bytes);
        }
        FuzzRun
            .Run(format with { Read = Read }, 3, seed: 1)
            .Failures.ShouldContain(f => f.Contains("bytes of tensors"));
    }

    [Fact]
    public void Run_AReaderThatPassesOverCheckSums_IsFound()
    {
        object? Read(byte[] bytes)
        {
            try
            {
                return PlainZip.Read(bytes).ToDictionary(e => e.Key[..^4], e => Npy.Load(e.Value.Content()));
            }
            catch (Exception e) when (e is not TensorFileException)
            {
                throw new TensorFileException("The archive is damaged in some other way.", e);
            }
        }
        FuzzRun
            .Run(Format("npz") with { Read = Read }, 2000, seed: 1)
            .Failures.ShouldContain(failure => failure.Contains("check sum", StringComparison.Ordinal));
    }
}

using Shouldly;
using VitNotebooks.Fuzzing;
using Xunit;

namespace VitNotebooks.Torch.Tests.io_;

/// <summary>2,000 damaged files a format, the same at every run; <c>VitNotebooks.Benchmarks fuzz</c> reads 100,000.</summary>
public sealed class FuzzTests(PythonFiles python) : IClassFixture<PythonFiles>
{
    [Theory]
    [InlineData("safetensors")]
    [InlineData("pth")]
    [InlineData("pth-legacy")]
    [InlineData("npy")]
    [InlineData("npz")]
    [InlineData("dat")]
    public void Read_DamagedFiles_AnErrorOrAnAnswerWithinTheMemoryOfTheFile(string name)
    {
        _ = python["tree.pth"];
        var format = FuzzedFormat.All(python.Folder).Single(f => f.Name == name);
        foreach (var file in format.Files)
        {
            Should.NotThrow(() => format.Read(file));
        }
        var report = FuzzRun.Run(format, 2000, seed: 1);
        report.Failures.ShouldBeEmpty();
        report.Files.ShouldBe(2000);
        report.Errors.ShouldBeGreaterThan(200);
        report.Answers.ShouldBeGreaterThan(20);
        report.ResidentGrowth.ShouldBeLessThan(300L << 20);
    }
}

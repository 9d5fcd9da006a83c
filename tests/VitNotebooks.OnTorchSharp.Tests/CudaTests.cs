using Shouldly;
using VitNotebooks.Acceleration;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.OnTorchSharp.Tests;

/// <summary>What TorchSharp cannot do with a device is one sentence; without a device, so is everything.</summary>
public sealed class CudaTests
{
    private static readonly Dictionary<string, Action> s_missing = new()
    {
        ["memory"] = () => Cuda.Memory(),
        ["reset peak"] = () => Cuda.ResetPeak(),
        ["empty cache"] = Cuda.EmptyCache,
        ["stream"] = () => new CudaStream().Dispose(),
        ["current stream"] = () => CudaStream.Current().Dispose(),
        ["event"] = () => new CudaEvent(timed: true).Dispose(),
        ["graph"] = () => CudaGraph.Capture(() => { }).Dispose(),
    };

    public static TheoryData<string> Missing => [.. s_missing.Keys];

    [Theory]
    [MemberData(nameof(Missing))]
    public void Call_OfWhatIsMissing_IsOneSentence(string name)
    {
        var error = Record.Exception(s_missing[name]).ShouldNotBeNull();
        error.ShouldBeOfType(cuda_is_available() ? typeof(NotSupportedException) : typeof(InvalidOperationException));
        error.Message.ShouldContain(cuda_is_available() ? "package VitNotebooks" : "There is no CUDA device here");
        error.Message.ShouldNotContain("\n");
    }

    [Fact]
    public void CanBeMade_OfEvents_IsNo() => CudaEvent.CanBeMade.ShouldBeFalse();

    [Fact]
    public void Synchronize_Waits_OrSaysThatThereIsNoDevice()
    {
        if (cuda_is_available())
        {
            Cuda.Synchronize();
            Cuda.Synchronize(0);
            return;
        }
        Should.Throw<InvalidOperationException>(() => Cuda.Synchronize()).Message.ShouldContain("CUDA_VISIBLE_DEVICES");
    }
}

using Shouldly;
using TorchSharp;
using VitNotebooks.Acceleration;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.OnCuda;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.Acceleration;

/// <summary>Without a device every call says so in one sentence; with one, memory, streams, events and graphs work.</summary>
[Collection(Alone.Name)] // nothing may allocate on the device beside the counting of its memory
public sealed class CudaTests
{
    private static readonly Dictionary<string, Action> s_calls = new()
    {
        ["memory"] = () => Cuda.Memory(),
        ["reset peak"] = () => Cuda.ResetPeak(),
        ["empty cache"] = Cuda.EmptyCache,
        ["synchronize"] = () => Cuda.Synchronize(),
        ["torch.cuda.synchronize"] = () => cuda.synchronize(),
        ["stream"] = () => new CudaStream().Dispose(),
        ["current stream"] = () => CudaStream.Current().Dispose(),
        ["event"] = () => new CudaEvent(timed: true).Dispose(),
        ["graph"] = () => CudaGraph.Capture(() => { }).Dispose(),
    };

    public static TheoryData<string> Calls => [.. s_calls.Keys];

    [Fact]
    public void CanBeMade_WithoutADevice_IsNo() => (CudaEvent.CanBeMade && !cuda_is_available()).ShouldBeFalse();

    [CudaFact]
    public void CanBeMade_WithADevice_IsTrueOfEventsThatPass()
    {
        CudaEvent.CanBeMade.ShouldBeTrue();
        using var marked = new CudaEvent();
        marked.Record();
        marked.Synchronize();
        marked.IsDone.ShouldBeTrue();
    }

    [WithoutCudaTheory]
    [MemberData(nameof(Calls))]
    public void Call_WithoutADevice_IsOneSentence(string name)
    {
        var error = Should.Throw<InvalidOperationException>(s_calls[name]);
        error.Message.ShouldContain("CUDA");
        error.Message.ShouldNotContain("\n");
    }

    [Fact]
    public void IsCudnnAvailable_WithoutADevice_IsFalse()
    {
        (cuda.is_cudnn_available() && !cuda_is_available()).ShouldBeFalse();
        Should.Throw<ArgumentException>(() => cuda.synchronize(CPU)).Message.ShouldContain("cpu");
    }

    [CudaFact]
    public void Memory_OfATensor_IsCounted()
    {
        Cuda.ResetPeak();
        var before = Cuda.Memory().Allocated;
        using (zeros(1 << 20, device: CUDA))
        {
            Cuda.Memory().Allocated.ShouldBe(before + (4 << 20));
        }
        Cuda.Memory().Allocated.ShouldBe(before);
        Cuda.Memory().PeakAllocated.ShouldBe(before + (4 << 20));
        Cuda.EmptyCache();
        Cuda.Memory().Reserved.ShouldBeGreaterThanOrEqualTo(before);
    }

    [CudaFact]
    public void Capture_OfWork_ReplaysOnNewData()
    {
        using var scope = NewDisposeScope();
        using var stream = new CudaStream();
        var input = ones(64, 64, device: CUDA);
        var output = zeros(64, 64, device: CUDA);
        void Work()
        {
            using var step = NewDisposeScope();
            output.copy_(input.matmul(input) + 1);
        }
        using (stream.Use())
        {
            Work();
        }
        stream.Synchronize();
        stream.IsIdle.ShouldBeTrue();
        using var graph = CudaGraph.Capture(Work);
        input.fill_(2);
        graph.Replay();
        Cuda.Synchronize();
        output.cpu()[0, 0].item<float>().ShouldBe(4 * 64 + 1);
    }
}

using Shouldly;
using VitNotebooks.Acceleration;
using Xunit;

namespace VitNotebooks.OnTorchSharp.Tests;

/// <summary>The runtime that a result is known by names the package that brought libtorch.</summary>
public sealed class TorchRuntimeTests
{
    [Fact]
    public void Current_NamesThePackage()
    {
        var runtime = TorchRuntime.Current;
        runtime.Build.ShouldStartWith("TorchSharp ");
        runtime.FoundBy.ShouldBe(runtime.Build);
        runtime.Core.ShouldBeEmpty();
        runtime.CpuCapability.ShouldBe("unknown");
        runtime.ToString().ShouldStartWith($"libtorch {runtime.Version}");
    }
}

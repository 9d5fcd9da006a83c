using Shouldly;
using VitNotebooks.Acceleration;
using Xunit;

namespace VitNotebooks.OnTorchSharp.Tests;

/// <summary>Switches that TorchSharp cannot turn stay as libtorch starts.</summary>
public sealed class BackendsTests
{
    [Fact]
    public void Get_AnySwitch_IsLibtorchsDefault()
    {
        Backends.CudnnBenchmark.ShouldBeFalse();
        Backends.CudnnDeterministic.ShouldBeFalse();
        Backends.CudnnEnabled.ShouldBeTrue();
        Backends.MkldnnEnabled.ShouldBeTrue();
    }

    [Fact]
    public void Set_TheDefault_Passes()
    {
        Backends.CudnnBenchmark = false;
        Backends.MkldnnEnabled = true;
    }

    [Fact]
    public void Set_AnythingElse_IsRefusedWithWhatToDo()
    {
        Should
            .Throw<NotSupportedException>(() => Backends.CudnnDeterministic = true)
            .Message.ShouldContain("use_deterministic_algorithms");
        var message = Should.Throw<NotSupportedException>(() => Backends.CudnnBenchmark = true).Message;
        message.ShouldStartWith("Backends.CudnnBenchmark = True");
        message.ShouldContain("stays False");
        message.ShouldContain("package VitNotebooks");
    }
}

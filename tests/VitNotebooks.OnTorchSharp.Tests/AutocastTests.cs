using Shouldly;
using TorchSharp;
using VitNotebooks.Acceleration;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VitNotebooks.OnTorchSharp.Tests;

/// <summary>Autocast that TorchSharp has not: the arguments are checked, and nothing is cast.</summary>
public sealed class AutocastTests
{
    [Fact]
    public void Refusal_SaysWhatHappensAndWhatToDo()
    {
        Autocast.Refusal.ShouldNotBeNull().ShouldContain("in the type of its inputs");
        Autocast.Refusal.ShouldContain("package VitNotebooks");
        Autocast.KernelsRefusal.ShouldNotBeNull();
        Autocast.ProductsRefusal.ShouldNotBeNull();
        Autocast.AddedRules.ShouldBeEmpty();
        Autocast.HasRule("linear").ShouldBeFalse();
    }

    [Fact]
    public void On_ValidArguments_ChangesNothing()
    {
        using var scope = NewDisposeScope();
        var (x, w) = (randn(2, 3), randn(4, 3));
        var plain = F.linear(x, w);
        using (Autocast.On(DeviceType.CPU, ScalarType.BFloat16, cacheWeights: false))
        {
            var inside = F.linear(x, w);
            inside.dtype.ShouldBe(ScalarType.Float32);
            inside.Equals(plain).ShouldBeTrue();
            Autocast.IsEnabled(DeviceType.CPU).ShouldBeFalse();
            using var off = Autocast.Off(DeviceType.CPU);
            using var entered = Autocast.Capture().Enter();
        }
        Autocast.DType(DeviceType.CPU).ShouldBe(ScalarType.BFloat16);
        Autocast.DType(DeviceType.CUDA).ShouldBe(ScalarType.Float16);
    }

    [Fact]
    public void On_DtypeOrDeviceThatDoesNotGo_IsRefusedAsOnOurLayer()
    {
        Should
            .Throw<ArgumentException>(() => Autocast.On(DeviceType.CPU, ScalarType.Float64))
            .Message.ShouldContain("BFloat16");
        Should.Throw<ArgumentException>(() => Autocast.On(DeviceType.META)).Message.ShouldContain("CPU or CUDA");
        if (!cuda_is_available())
        {
            Should.Throw<InvalidOperationException>(() => Autocast.On(DeviceType.CUDA)).Message.ShouldContain("CUDA");
        }
    }

    [Fact]
    public void Dispose_OnAnotherThread_IsRefusedAsOnOurLayer()
    {
        using var scope = Autocast.On(DeviceType.CPU);
        Exception? refused = null;
        var thread = new Thread(() => refused = Record.Exception(scope.Dispose));
        thread.Start();
        thread.Join();
        refused.ShouldBeOfType<InvalidOperationException>().Message.ShouldContain("thread");
    }
}

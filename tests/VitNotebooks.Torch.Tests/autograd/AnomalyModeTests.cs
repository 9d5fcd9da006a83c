using System.Runtime.CompilerServices;
using Shouldly;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

// The mode is the whole process's.
[Collection(Alone.Name)]
public class AnomalyModeTests
{
    private static int s_line;

    private static Tensor TheOpThatGoesWrong(Tensor x) => OnThisLine(x.sqrt());

    private static Tensor OnThisLine(Tensor result, [CallerLineNumber] int line = 0)
    {
        s_line = line;
        return result;
    }

    private static Tensor Loss(Tensor x) => (TheOpThatGoesWrong(x * 0) * 0).sum();

    [Fact]
    public void Backward_ThatMakesANaN_NamesTheCallOfItsForward()
    {
        using var scope = NewDisposeScope();
        using var mode = autograd.detect_anomaly();
        var x = torch.tensor([1.0, 2.0]).requires_grad_();
        var error = Should.Throw<TorchException>(() => Loss(x).backward());
        error.Message.ShouldContain("Sqrt");
        error.Message.ShouldContain("nan", Case.Insensitive);
        error.Message.ShouldContain(nameof(TheOpThatGoesWrong));
        error.Message.ShouldContain($"AnomalyModeTests.cs:line {s_line}");
        error.Message.ShouldContain("Tensor.sqrt");
    }

    [Fact]
    public void Backward_WithoutTheMode_SaysNothing()
    {
        using var scope = NewDisposeScope();
        var x = torch.tensor([1.0, 2.0]).requires_grad_();
        Loss(x).backward();
        double.IsNaN(x.grad!.data<double>()[0]).ShouldBeTrue();
    }

    [Fact]
    public void Backward_WithoutTheCheck_ExplainsFailuresOnly()
    {
        using var scope = NewDisposeScope();
        using var mode = autograd.detect_anomaly(check_nan: false);
        var x = torch.tensor([1.0, 2.0]).requires_grad_();
        Loss(x).backward();
        var y = (x * 1).exp();
        var loss = y.sum();
        using (no_grad())
        {
            y.add_(1);
        }
        var error = Should.Throw<TorchException>(() => loss.backward());
        error.Message.ShouldContain("modified by an inplace operation");
        error.Message.ShouldContain(nameof(Backward_WithoutTheCheck_ExplainsFailuresOnly));
    }

    [Fact]
    public void Modes_Nest_AndComeBack()
    {
        AnomalyMode.IsEnabled.ShouldBeFalse();
        using (autograd.detect_anomaly())
        {
            AnomalyMode.IsEnabled.ShouldBeTrue();
            AnomalyMode.ShouldCheckNaN.ShouldBeTrue();
            using (autograd.set_detect_anomaly(false, check_nan: false))
            {
                AnomalyMode.IsEnabled.ShouldBeFalse();
                AnomalyMode.ShouldCheckNaN.ShouldBeFalse();
            }
            AnomalyMode.IsEnabled.ShouldBeTrue();
        }
        AnomalyMode.IsEnabled.ShouldBeFalse();
    }
}

using System.Runtime.InteropServices;
using Shouldly;
using TorchSharp.Native;
using Xunit;

namespace VitNotebooks.Torch.Tests.Native;

public sealed partial class SignalHandlersTests
{
    private const int FloatingPointException = 8;

    /// <summary>Ignored, as the library of the test does it, the signal would end the process here.</summary>
    [Fact]
    public void Keep_AHandlerIsReplaced_DivisionByZeroIsStillAnException()
    {
        SignalHandlers.Keep(() => SetHandler(FloatingPointException, 1)).ShouldNotBe(1);
        var zero = DateTime.UtcNow.Ticks > 0 ? 0 : 1;
        Should.Throw<DivideByZeroException>(() => 1 / zero);
    }

    /// <summary>Whatever libtorch brings along: UCX of Debian 13's takes the handlers of faults when it is loaded.</summary>
    [Fact]
    public void Libtorch_Loaded_LeavesFaultsToDotNet()
    {
        Libtorch.Require();
        var zero = DateTime.UtcNow.Ticks > 0 ? 0 : 1;
        Should.Throw<DivideByZeroException>(() => 1 / zero);
        var nothing = zero == 0 ? null : "";
        Should.Throw<NullReferenceException>(() => nothing!.Length);
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);
}

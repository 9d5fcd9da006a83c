using Shouldly;
using VitNotebooks.Acceleration;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Native;

// Counts what the whole process holds.
[Collection(DefaultGenerator.Name)]
public class CpuAllocatorTests
{
    private const long Large = 8 << 20;

    [Fact]
    public void LargeTensor_FreedAndMadeAgain_UsesTheSameMemory()
    {
        Memory.Trim();
        var before = Memory.LargeTensors.Live;
        using (zeros(Large / 4))
        {
            Memory.LargeTensors.Live.ShouldBe(before + Large);
        }
        Memory.LargeTensors.Live.ShouldBe(before);
        Memory.LargeTensors.Idle.ShouldBe(Large);
        using (zeros(Large / 4))
        {
            Memory.LargeTensors.Idle.ShouldBe(0);
        }
    }

    [Fact]
    public void Trim_ReturnsIdleMemoryToTheSystem()
    {
        using (zeros(Large)) { }
        Memory.Trim();
        Memory.LargeTensors.Idle.ShouldBe(0);
    }

    [Fact]
    public void Idle_OfManySizes_StaysBelowAQuarterOfThePeak()
    {
        Memory.Trim();
        for (var n = 1; n <= 40; n++)
        {
            using var t = zeros(n * Large / 8);
        }
        var (live, idle, peak) = Memory.LargeTensors;
        (live + idle).ShouldBeLessThanOrEqualTo(peak + (peak / 4));
    }

    [Fact]
    public void Memory_UsedAgain_HoldsWhatIsWrittenToIt()
    {
        for (var n = 0; n < 20; n++)
        {
            using var scope = NewDisposeScope();
            var a = full([Large / 4 + (n * 1000)], n);
            var b = full([Large / 4 + (n * 1000)], -n);
            (a + b).abs().sum().ToSingle().ShouldBe(0);
        }
    }
}

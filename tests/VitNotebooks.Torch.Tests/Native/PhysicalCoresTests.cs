using Shouldly;
using TorchSharp.Native;
using Xunit;

namespace VitNotebooks.Torch.Tests.Native;

/// <summary>Cores are counted once each, and only those that the process may use.</summary>
public sealed class PhysicalCoresTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cores-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Two packages of two cores with two threads each, numbered as Linux does: 0..3 the first threads, 4..7 the second.
    private void Machine()
    {
        for (var cpu = 0; cpu < 8; cpu++)
        {
            var topology = Directory.CreateDirectory(Path.Combine(_folder, $"cpu{cpu}", "topology")).FullName;
            File.WriteAllText(Path.Combine(topology, "core_id"), $"{cpu % 2}\n");
            File.WriteAllText(Path.Combine(topology, "physical_package_id"), $"{cpu % 4 / 2}\n");
        }
    }

    [Theory]
    [InlineData(8, 8, 4)]
    [InlineData(4, 8, 4)]
    [InlineData(2, 8, 2)]
    [InlineData(8, 3, 3)] // the control group grants three
    [InlineData(8, 0, 1)]
    public void Count_ThreadsOfOneCore_AreOne(int allowed, int granted, int expected)
    {
        Machine();
        PhysicalCores.Count(_folder, [.. Enumerable.Range(0, allowed)], granted).ShouldBe(expected);
    }

    [Fact]
    public void Count_NoTopology_CountsProcessors() => PhysicalCores.Count(_folder, [0, 1, 2], 8).ShouldBe(3);

    [Fact]
    public void AllowedProcessors_ListOfRanges_IsRead()
    {
        var status = Path.Combine(_folder, "status");
        File.WriteAllText(status, "Name:\tx\nCpus_allowed_list:\t0-2,5,8-9\n");
        PhysicalCores.AllowedProcessors(status).ShouldBe([0, 1, 2, 5, 8, 9]);
        PhysicalCores.AllowedProcessors(Path.Combine(_folder, "nothing")).Count.ShouldBe(Environment.ProcessorCount);
    }

    [Fact]
    public void Available_IsWithinTheProcessors() =>
        PhysicalCores.Available().ShouldBeInRange(1, Environment.ProcessorCount);
}

using Shouldly;
using VitNotebooks.Acceleration;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.OnTorchSharp.Tests;

/// <summary>A profile on TorchSharp: the program's own ranges and nothing else.</summary>
public sealed class ProfilerTests
{
    [Fact]
    public void Refusal_SaysWhatAProfileHolds()
    {
        Profiler.Refusal.ShouldNotBeNull().ShouldContain("own ranges alone");
        Profiler.Refusal.ShouldContain("package VitNotebooks");
    }

    [Fact]
    public void Start_Ranges_NestAndAreAll()
    {
        using (Profiler.Range("before")) { }
        using var profile = Profiler.Start(shapes: true);
        Should.Throw<InvalidOperationException>(() => Profiler.Start()).Message.ShouldContain("running already");
        using (Profiler.Range("epoch"))
        {
            using var x = ones(3);
            using (Profiler.Range("step")) { }
            using (Profiler.Range("step")) { }
        }
        profile.Stop();
        Profiler.IsRunning.ShouldBeFalse();
        profile.Events.Select(e => e.Name).ShouldBe(["epoch", "step", "step"]);
        profile.Events.ShouldAllBe(e => e.Kind == ProfiledKind.Range && e.Thread == 0 && e.Shapes == null);
        var epoch = profile.Operations().Single(o => o.Name == "epoch");
        epoch.Total.ShouldBe(profile.Events[0].Duration);
        epoch.Self.ShouldBeLessThanOrEqualTo(epoch.Total);
        profile.Operations().Single(o => o.Name == "step").Calls.ShouldBe(2);
        profile.Table().ShouldContain("epoch");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Start_OtherThreads_AreLeftOutUnlessAskedFor(bool allThreads)
    {
        using var profile = Profiler.Start(allThreads: allThreads);
        using (Profiler.Range("here"))
        {
            var thread = new Thread(() => Profiler.Range("there").Dispose());
            thread.Start();
            thread.Join();
        }
        profile
            .Events.Select(e => (e.Name, e.Thread))
            .ShouldBe(allThreads ? [("here", 0), ("there", 1)] : [("here", 0)]);
    }

    [Fact]
    public void Range_OfAnEarlierProfile_IsNotTheNextOnes()
    {
        ProfilerRange open;
        using (var first = Profiler.Start())
        {
            open = Profiler.Range("open");
            first.Events.Single().Duration.ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
        }
        using var next = Profiler.Start();
        using (Profiler.Range("own"))
        {
            open.Dispose();
        }
        next.Events.Single().Name.ShouldBe("own");
    }
}

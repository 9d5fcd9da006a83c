using System.Text.Json;
using Shouldly;
using TorchSharp;
using VitNotebooks.Acceleration;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.Acceleration;

/// <summary>One profiler at a time in a process: nothing runs beside these.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProfilerCollection
{
    /// <summary>For <c>[Collection(ProfilerCollection.Name)]</c>.</summary>
    public const string Name = "profiler";
}

/// <summary>The profiler's events, table and trace.</summary>
[Collection(ProfilerCollection.Name)]
public sealed class ProfilerTests
{
    private static void Work()
    {
        using var scope = NewDisposeScope();
        using var model = nn.Linear(8, 4);
        model.call(randn(3, 8)).pow(2).sum().backward();
    }

    [Fact]
    public void Start_ForwardAndBackward_BothAreThere()
    {
        using var profile = Profiler.Start(shapes: true);
        Work();
        var operations = profile.Operations(byShapes: true);
        operations.ShouldContain(o =>
            o.Name == "aten::linear" && o.Calls == 1 && o.Shapes!.Contains("[3,8], [4,8], [4]")
        );
        profile.Events.ShouldContain(e => e.Kind == ProfiledKind.Backward);
        profile.Events.Select(e => e.Duration).ShouldAllBe(d => d >= TimeSpan.Zero);
        operations.Sum(o => o.Share).ShouldBe(1, 1e-9);
        var linear = operations.First(o => o.Name == "aten::linear");
        linear.Total.ShouldBeGreaterThan(linear.Self); // it calls addmm
        var table = profile.Table(rows: 3);
        table.Split('\n').Length.ShouldBe(6); // head, three, the rest, an empty one
        table.ShouldContain("more");
    }

    [Fact]
    public void Start_WithShapes_SeesWhatItSeesWithout()
    {
        string[] Names(bool shapes)
        {
            using var scope = NewDisposeScope();
            using var profile = Profiler.Start(shapes, allThreads: false);
            Work();
            nn.functional.conv2d(zeros(1, 3, 8, 8), zeros(4, 3, 2, 2)).Dispose();
            baddbmm(zeros(1, 1, 1), zeros(2, 3, 4), zeros(2, 4, 3), beta: 0, alpha: 1).Dispose();
            return [.. profile.Events.Select(e => e.Name)];
        }
        var names = Names(shapes: true);
        names.ShouldBe(Names(shapes: false));
        foreach (var inner in new[] { "aten::addmm", "aten::convolution", "aten::baddbmm", "aten::copy_" })
        {
            names.ShouldContain(inner);
        }
    }

    [Fact]
    public void Stop_AfterwardsNothingIsRecorded()
    {
        var profile = Profiler.Start();
        Profiler.IsRunning.ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => Profiler.Start()).Message.ShouldContain("running already");
        Work();
        profile.Dispose();
        var count = profile.Events.Count;
        count.ShouldBeGreaterThan(0);
        Work();
        profile.Events.Count.ShouldBe(count);
        Profiler.IsRunning.ShouldBeFalse();
        using var next = Profiler.Start();
        next.Events.Count.ShouldBe(0);
    }

    [Fact]
    public void Range_HoldsItsOperations()
    {
        using (Profiler.Range("outside"))
        {
            // No profiler: nothing happens.
        }
        using var profile = Profiler.Start();
        using (Profiler.Range("epoch"))
        {
            Work();
        }
        var range = profile.Events.Single(e => e.Kind == ProfiledKind.Range);
        range.Name.ShouldBe("epoch");
        var end = range.Start + range.Duration;
        profile
            .Events.Where(e => e.Thread == range.Thread && e != range)
            .ShouldAllBe(e => e.Start >= range.Start && e.Start <= end);
        profile
            .Operations()
            .Single(o => o.Name == "epoch")
            .Total.ShouldBe(range.Duration, TimeSpan.FromMicroseconds(1));
    }

    [Fact]
    public void Start_OneThreadOnly_LeavesOthersOut()
    {
        using var profile = Profiler.Start(allThreads: false);
        var thread = new Thread(() =>
        {
            using var x = ones(3);
            using var y = x.cosh();
        });
        thread.Start();
        thread.Join();
        using var a = ones(3);
        using var b = a.sinh();
        profile.Events.ShouldContain(e => e.Name == "aten::sinh");
        profile.Events.ShouldNotContain(e => e.Name == "aten::cosh");
    }

    [Fact]
    public void Start_AllThreads_TellsThemApart()
    {
        using var profile = Profiler.Start();
        using var a = ones(3);
        using var b = a.sinh();
        var thread = new Thread(() =>
        {
            using var x = ones(3);
            using var y = x.cosh();
        });
        thread.Start();
        thread.Join();
        var here = profile.Events.Single(e => e.Name == "aten::sinh").Thread;
        var there = profile.Events.Single(e => e.Name == "aten::cosh").Thread;
        there.ShouldNotBe(here);
        profile.Operations(thread: there).ShouldNotContain(o => o.Name == "aten::sinh");
    }

    [Fact]
    public void WriteChromeTrace_IsReadableJson()
    {
        using var profile = Profiler.Start(shapes: true);
        Work();
        using var stream = new MemoryStream();
        profile.WriteChromeTrace(stream);
        using var json = JsonDocument.Parse(stream.ToArray());
        var events = json.RootElement.GetProperty("traceEvents").EnumerateArray().ToList();
        events.Count.ShouldBe(profile.Events.Count);
        var linear = events.First(e => e.GetProperty("name").GetString() == "aten::linear");
        linear.GetProperty("ph").GetString().ShouldBe("X");
        linear.GetProperty("dur").GetDouble().ShouldBeGreaterThan(0);
        linear.GetProperty("args").GetProperty("shapes").GetString()!.ShouldStartWith("[3,8]");
    }
}

using Shouldly;
using TorchSharp;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VitNotebooks.Torch.Tests.nn_;

/// <summary>What a module returns outlives its call, in whatever type it comes; what it made on the way does not.</summary>
[Collection(Alone.Name)] // counts the process's tensors
public sealed class CallScopeTests
{
    private sealed record Pair(Tensor First, Tensor Second);

    private sealed record Nested(string Name, Pair Inner, double[] Numbers);

    private readonly record struct Small(Tensor Only, int Number);

    private class Base(Tensor hidden)
    {
        private readonly Tensor _hidden = hidden;

        public Tensor Hidden() => _hidden;
    }

    private sealed class Derived(Tensor hidden, Tensor own) : Base(hidden)
    {
        public Tensor Own = own;

        // A property that computes is not asked.
        public Tensor Made => throw new InvalidOperationException("This makes a tensor.");
    }

    private sealed class Node(Tensor value)
    {
        public Tensor Value { get; } = value;

        public Node? Next { get; set; }
    }

    private sealed class Returning<T>(Func<Tensor, T> make) : Module<Tensor, T>("Returning")
    {
        public override T forward(Tensor input)
        {
            _ = input * 7; // made on the way
            return make(input);
        }
    }

    /// <summary>What the module returns, and its tensors by <paramref name="tensors"/>: each alive, and no other is.</summary>
    private static void Check<T>(Func<Tensor, T> make, Func<T, Tensor[]> tensors)
    {
        using var scope = NewDisposeScope();
        using var module = new Returning<T>(make);
        var input = ones(2);
        var before = scope.DisposablesCount;
        var result = module.call(input);
        var found = tensors(result);
        for (var i = 0; i < found.Length; i++)
        {
            found[i].sum().ToSingle().ShouldBe(2 * (i + 2));
        }

        found.ShouldAllBe(tensor => scope.Contains(tensor));
        scope.DisposablesCount.ShouldBe(before + (2 * found.Length), "the results, and the sums made here");
    }

    [Fact]
    public void Call_ARecordOfTensors_HandsBothOn() =>
        Check(x => new Pair(x + 1, x + 2), pair => [pair.First, pair.Second]);

    [Fact]
    public void Call_ANestedRecord_HandsTheInnerOnesOn() =>
        Check(
            x => new Nested("a", new Pair(x + 1, x + 2), [1, 2]),
            nested => [nested.Inner.First, nested.Inner.Second]
        );

    [Fact]
    public void Call_ARecordStruct_HandsItsTensorOn() => Check(x => new Small(x + 1, 3), small => [small.Only]);

    [Fact]
    public void Call_AClassWithABase_HandsPrivateOnesOnAndAsksNoProperty() =>
        Check(x => new Derived(x + 1, x + 2), derived => [derived.Hidden(), derived.Own]);

    [Fact]
    public void Call_CollectionsOfRecords_HandsThemOn()
    {
        Check(x => new List<Pair> { new(x + 1, x + 2) }, list => [list[0].First, list[0].Second]);
        Check(x => new Dictionary<string, Small> { ["a"] = new(x + 1, 0) }, entries => [entries["a"].Only]);
        Check(x => new HashSet<Pair> { new(x + 1, x + 2) }, set => [set.Single().First, set.Single().Second]);
        Check(x => (3, new[] { new Small(x + 1, 0), new Small(x + 2, 0) }), t => [t.Item2[0].Only, t.Item2[1].Only]);
        Check(x => new object[] { new Pair(x + 1, x + 2) }, a => [((Pair)a[0]).First, ((Pair)a[0]).Second]);
    }

    [Fact]
    public void Call_ARecordOfCollections_HandsThemOn() =>
        Check(x => new { Maps = new List<Tensor> { x + 1, x + 2 }, Note = "n" }, o => [.. o.Maps]);

    [Fact]
    public void Call_ACircle_EndsAndHandsAllOn() =>
        Check(
            x =>
            {
                var nodes = Enumerable.Range(1, 9).Select(i => new Node(x + i)).ToArray();
                for (var i = 0; i < nodes.Length; i++)
                {
                    nodes[i].Next = nodes[(i + 1) % nodes.Length];
                }

                return nodes[0];
            },
            first =>
            {
                var all = new List<Tensor>();
                var node = first;
                do
                {
                    all.Add(node.Value);
                    node = node.Next!;
                } while (node != first);
                return [.. all];
            }
        );

    [Fact]
    public void Call_AnInputInsideOfTheResult_LeavesItWhereItIs()
    {
        using var outer = NewDisposeScope();
        var input = ones(2);
        using var module = new Returning<Pair>(x => new(x, x + 1));
        using (var inner = NewDisposeScope())
        {
            var pair = module.call(input);
            inner.Contains(pair.Second).ShouldBeTrue();
            outer.Contains(pair.First).ShouldBeTrue();
        }
        input.IsInvalid.ShouldBeFalse();
    }

    [Fact]
    public void Call_ATensor_AllocatesNothingOnTheWayOut()
    {
        using var scope = NewDisposeScope();
        var input = ones(2);
        CallScope.Leave(scope, input);
        var before = GC.GetAllocatedBytesForCurrentThread();
        CallScope.Leave(scope, input);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }
}

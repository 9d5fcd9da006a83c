using VitNotebooks.Acceleration;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A call of a function that backward repeats, because what it would have saved was not kept.</summary>
internal sealed unsafe class RecomputedCall : ICallback
{
    private readonly Action<Tensor[]> _function;
    private readonly Tensor[] _inputs;
    private readonly (Generator Generator, Tensor State)[] _random;
    private readonly AutocastState? _autocast = Autocast.CaptureWhereUsed();

    private RecomputedCall(Action<Tensor[]> function, Tensor[] inputs, bool preserveRandomState)
    {
        _function = function;
        _random = preserveRandomState ? [.. Generators(inputs).Select(g => (g, Keep(g.get_state())))] : [];
        _inputs = Array.ConvertAll(inputs, input => Keep(Tensor.Adopt(input.RetainHandle())));
    }

    // Its caller's scope may be closed long before backward: a wrapper of our own.
    private static Tensor Keep(Tensor tensor) => tensor.DetachFromDisposeScope();

    private static IEnumerable<Generator> Generators(Tensor[] inputs)
    {
        yield return Generator.Default;
        foreach (var device in inputs.Select(t => t.device).Where(d => d.type != DeviceType.CPU).Distinct())
        {
            yield return Generator.DefaultOf(device);
        }
    }

    /// <summary>Runs <paramref name="first"/>; what it saves for backward on this thread is not kept, and made again by
    /// <paramref name="again"/>.</summary>
    public static TResult Run<TResult>(
        Func<Tensor[], TResult> first,
        Action<Tensor[]> again,
        Tensor[] inputs,
        bool preserveRandomState
    )
    {
        Callbacks.Require();
        var call = new RecomputedCall(again, inputs, preserveRandomState);
        Callbacks.Functions.Check(Callbacks.Functions.CheckpointBegin(Callbacks.HandleFor(call)), "checkpoint");
        try
        {
            using var scope = NewDisposeScope();
            return CallScope.Leave(scope, first(inputs));
        }
        finally
        {
            Callbacks.Functions.CheckpointEnd();
        }
    }

    /// <summary>The second run, with the random numbers and the autocast of the first.</summary>
    public void Run()
    {
        // A scope of its own: libtorch keeps the cast copies of weights for all threads until the outermost scope ends, and
        // the copies made here, while no scope of the caller's is open, would outlive the step that changes the weights.
        using var autocast = _autocast?.Enter();
        // Cut off from the graph of the first run: only what is saved on the way is wanted.
        var inputs = Array.ConvertAll(_inputs, input => input.detach().requires_grad_(input.requires_grad));
        var now = Array.ConvertAll(_random, r => r.Generator.get_state());
        try
        {
            foreach (var (generator, state) in _random)
            {
                generator.set_state(state);
            }
            _function(inputs);
        }
        finally
        {
            for (var i = 0; i < now.Length; i++)
            {
                _random[i].Generator.set_state(now[i]);
            }
        }
    }

    void ICallback.Released()
    {
        Array.ForEach(_inputs, input => input.Dispose());
        foreach (var (generator, state) in _random)
        {
            generator.Dispose();
            state.Dispose();
        }
    }
}

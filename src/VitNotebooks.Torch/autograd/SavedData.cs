using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>What a function of one's own keeps between its forward and its backward, and which of it is the context's to free: what the function
/// made itself, never what others hand it.</summary>
internal sealed class SavedData : IDisposable
{
    // The scope that the function runs in on this thread: what is in it, or in one inside it, the function made.
    [ThreadStatic]
    private static DisposeScope? t_inside;

    private readonly Dictionary<string, (object Value, Tensor? Kept)> _values = new(StringComparer.Ordinal);
    private readonly List<IDisposable> _owned = [];

    /// <summary>From here to the result's end this thread runs the function in that scope.</summary>
    public static Section Inside(DisposeScope scope) => new(scope);

    public void Save(string key, object value)
    {
        new TensorWalk<Taker>(new Taker(_owned)).Visit(value);
        if (value is IDisposable disposable and not Tensor)
        {
            Take(disposable, _owned);
        }
        // Another's tensor may be freed before backward wants it: a wrapper of our own keeps what it shows.
        var kept =
            value is Tensor tensor && !_owned.Contains(tensor)
                ? Tensor.Adopt(tensor.RetainHandle()).DetachFromDisposeScope()
                : null;
        if (_values.TryGetValue(key, out var before))
        {
            before.Kept?.Dispose();
        }
        _values[key] = (value, kept);
    }

    public object Get(string key) =>
        _values[key] switch
        {
            { Value: Tensor { IsInvalid: true }, Kept: { } kept } => Tensor.Adopt(kept.RetainHandle()),
            var (value, _) => value,
        };

    public void Dispose()
    {
        foreach (var (_, kept) in _values.Values)
        {
            kept?.Dispose();
        }
        _values.Clear();
        _owned.ForEach(disposable => disposable.Dispose());
        _owned.Clear();
    }

    /// <summary>Takes over what a scope of the function's holds.</summary>
    private static void Take(IDisposable disposable, List<IDisposable> owned)
    {
        if (t_inside is null)
        {
            return;
        }
        for (var scope = DisposeScope.Current; scope is not null; scope = scope == t_inside ? null : scope.Outer)
        {
            if (scope.Contains(disposable))
            {
                scope.Detach(disposable);
                owned.Add(disposable);
                return;
            }
        }
    }

    private readonly struct Taker(List<IDisposable> owned) : ITensorVisitor
    {
        public void Visit(Tensor tensor) => Take(tensor, owned);

        public void Visit(nn.utils.rnn.PackedSequence sequence) => Take(sequence, owned);
    }

    /// <summary>See <see cref="Inside"/>.</summary>
    public readonly ref struct Section : IDisposable
    {
        private readonly DisposeScope? _before;

        internal Section(DisposeScope scope) => (_before, t_inside) = (t_inside, scope);

        public void Dispose() => t_inside = _before;
    }
}

using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>Which tensor of a source goes where in a model; made before anything is changed, and only where everything fits.</summary>
internal sealed class WeightPlan
{
    private readonly List<Move> _moves = [];
    private readonly Dictionary<string, HashSet<int>> _found = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _parts = new(StringComparer.Ordinal);

    private WeightPlan() { }

    /// <summary>Names of the model's tensors that no tensor of the source goes to.</summary>
    public List<string> Missing { get; } = [];

    /// <summary>Names in the source that the model has no place for.</summary>
    public List<string> Unexpected { get; } = [];

    /// <summary>The model's tensors whose shapes are others, as sentences.</summary>
    public List<string> Misshaped { get; } = [];

    /// <summary>The model's tensors whose values are not all numbers, as sentences; filled by <see cref="FindNotFinite"/>.</summary>
    public List<string> NotFinite { get; } = [];

    /// <summary>Whether every tensor has its place and its shape; what the values are says <see cref="NotFinite"/>.</summary>
    public bool Fits => Missing.Count + Unexpected.Count + Misshaped.Count == 0;

    /// <summary>How many tensors the model takes.</summary>
    public int Expected { get; private set; }

    /// <summary>What is done beside copying.</summary>
    public LoadedWeights Report
    {
        get
        {
            var resampled = _moves.Where(move => move.Resampled is not null).ToArray();
            return new([.. resampled.Select(move => move.Name)])
            {
                Lines =
                [
                    .. resampled.Select(move =>
                        $"{move.Name}: [{string.Join(", ", move.From!)}] resampled to [{string.Join(", ", move.Target.shape)}]."
                    ),
                ],
            };
        }
    }

    /// <summary>Sorts the tensors of a source to those of a model; what does not fit is listed.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The source; it must stay open as long as the plan.</param>
    /// <param name="map">How the source names them.</param>
    /// <param name="isKept">Whether a tensor of the model keeps its present values.</param>
    public static WeightPlan Of(VisionModel model, WeightSource source, StateDictMap map, Func<string, bool> isKept)
    {
        var plan = new WeightPlan();
        var targets = model
            .state_dict()
            .Where(entry => entry.Value is Parameter || !model.IsComputed(entry.Key))
            .ToDictionary(StringComparer.Ordinal);
        plan.Expected = targets.Count;
        foreach (var (foreign, shape) in source.Shapes)
        {
            if (source.IsBesideWeights(foreign) && !targets.ContainsKey(foreign))
            {
                continue;
            }

            var name = map.Translate(foreign, out var change);
            if (name is null || isKept(name))
            {
                continue;
            }

            if (!targets.TryGetValue(name, out var target))
            {
                if (!model.IsComputed(name))
                {
                    plan.Unexpected.Add(foreign);
                }
            }
            else if (!plan.Claim(name, change))
            {
                plan.Unexpected.Add($"{foreign} (a second {name})");
            }
            else
            {
                plan.Add(model, source, new(foreign, name, target, change), shape);
            }
        }
        plan.Missing.AddRange(targets.Keys.Where(name => !plan.IsWhole(name) && !isKept(name) && !MayLack(name)));
        return plan;

        // PyTorch before 0.4.1 did not count batches, and torchvision still hands out files of that time.
        static bool MayLack(string name) => name.EndsWith(".num_batches_tracked", StringComparison.Ordinal);
    }

    /// <summary>Copies the elements into the model's own memory.</summary>
    public void Copy(WeightSource source)
    {
        using var plain = no_grad();
        foreach (var move in _moves)
        {
            using var scope = NewDisposeScope();
            move.Place().copy_(move.Value(source));
        }
    }

    /// <summary>Lets the tensors of the source be the model's own, wherever they are as the model has them; the others are copied.</summary>
    public void TakeOver(WeightSource source)
    {
        using var plain = no_grad();
        foreach (var move in _moves)
        {
            using var scope = NewDisposeScope();
            var (value, target) = (move.Value(source), move.Target);
            var same = value.dtype == target.dtype && value.device_type == target.device_type;
            if (same && (move.Change is null or { Parts: 1 }))
            {
                target.set_(value.contiguous());
            }
            else
            {
                move.Place().copy_(value);
            }
        }
    }

    /// <summary>Looks at every value once: weights of a training that diverged, or of a damaged file, are no weights. Buffers may be infinite, as
    /// masks are.</summary>
    /// <param name="source">The source.</param>
    public void FindNotFinite(WeightSource source)
    {
        using var plain = no_grad();
        foreach (var move in _moves)
        {
            using var scope = NewDisposeScope();
            var value = move.Resampled ?? source.Read(move.Foreign);
            // A sum takes no memory, and is finite where all values are; a large one of half floats may not be for another reason.
            if (!value.is_floating_point() || value.sum().isfinite().ToBoolean())
            {
                continue;
            }

            var faulty = move.Target is Parameter ? value.isfinite().logical_not() : value.isnan();
            if (faulty.count_nonzero().ToInt64() is > 0 and var count)
            {
                NotFinite.Add($"{move.Name} ({count} of {value.numel()})");
            }
        }
    }

    private bool Claim(string name, TensorChange? change)
    {
        if (!_found.TryGetValue(name, out var parts))
        {
            _found[name] = parts = [];
        }

        _parts[name] = change?.Parts ?? 1;
        return parts.Add(change?.Part ?? 0);
    }

    private bool IsWhole(string name) => _found.TryGetValue(name, out var found) && found.Count == _parts[name];

    private void Add(VisionModel model, WeightSource source, Move move, long[] shape)
    {
        var changed = move.Change is null ? shape : move.Change.ShapeOf(shape);
        long[] wanted = [.. move.Target.shape];
        if (move.Change is { Parts: > 1 } part && wanted.Length > 0)
        {
            wanted[0] /= part.Parts;
        }

        if (changed is not null && changed.AsSpan().SequenceEqual(wanted))
        {
            _moves.Add(move);
        }
        else if (changed is not null && Resampled(model, source, move) is { } resampled)
        {
            _moves.Add(move with { Resampled = resampled, From = changed });
        }
        else
        {
            Misshaped.Add(
                $"{move.Name}: [{string.Join(", ", changed ?? shape)}] instead of [{string.Join(", ", wanted)}]"
            );
        }
    }

    private static Tensor? Resampled(VisionModel model, WeightSource source, Move move)
    {
        if (move.Change is { Parts: > 1 })
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var resampled = model.Resample(move.Name, move.Value(source), move.Target.shape);
        return resampled is not null && resampled.shape.AsSpan().SequenceEqual(move.Target.shape)
            ? resampled.MoveToOuterDisposeScope()
            : null;
    }

    private sealed record Move(string Foreign, string Name, Tensor Target, TensorChange? Change)
    {
        public Tensor? Resampled { get; init; }

        public long[]? From { get; init; }

        public Tensor Place() =>
            Change is { Parts: > 1 } part
                ? Target.narrow(0, part.Part * (Target.shape[0] / part.Parts), Target.shape[0] / part.Parts)
                : Target;

        public Tensor Value(WeightSource source)
        {
            if (Resampled is not null)
            {
                return Resampled;
            }

            var value = source.Read(Foreign);
            return Change is null ? value : Change.Apply(value);
        }
    }
}

namespace VitNotebooks.Models;

/// <summary>Which classifiers of a model a source of weights has as the model does; the others stay the model's own.</summary>
internal sealed class HeadFit
{
    private readonly VisionModel _model;

    private HeadFit(VisionModel model) => _model = model;

    /// <summary>Names of the model's classifiers that the source has otherwise, or lacks.</summary>
    public List<string> Kept { get; } = [];

    /// <summary>A sentence for each, and for those that the source has alone.</summary>
    public List<string> Lines { get; } = [];

    // Names of those that only the source has.
    private readonly List<string> _dropped = [];

    /// <summary>Whether a tensor is one of a classifier that stays the model's own.</summary>
    public bool IsKept(string name) =>
        Kept.Count + _dropped.Count > 0
        && _model.IsOfClassifier(name)
        && HeadOf(_model, name) is var head
        && (Kept.Contains(head) || _dropped.Contains(head));

    public static HeadFit Of(VisionModel model, WeightSource source, StateDictMap map)
    {
        var fit = new HeadFit(model);
        if (!model.HasClassifier)
        {
            return fit;
        }

        var own = Heads(model, model.state_dict().Select(entry => (entry.Key, entry.Value.shape)));
        var given = Heads(model, Translated(source, map));
        foreach (var (head, tensors) in own)
        {
            if (!given.TryGetValue(head, out var others))
            {
                fit.Keep(head, "the weights have none, so that this model's own stays.");
            }
            else if (!Same(tensors, others))
            {
                fit.Keep(
                    head,
                    $"{Described(others)} in the weights, {Described(tensors)} here: this model's own stays, untrained by them."
                );
            }
        }
        foreach (var head in given.Keys.Where(head => !own.ContainsKey(head)))
        {
            fit._dropped.Add(head);
            fit.Lines.Add($"{head}: in the weights alone, and left out.");
        }
        return fit;
    }

    /// <summary>How many classes the model's own classifier has in the weights; null where they have none, or one that is no matrix.</summary>
    public static int? ClassesIn(VisionModel model, WeightSource source, StateDictMap map) =>
        model.HasClassifier
            ? Translated(source, map)
                .Where(t => t.Name == $"{model.classifier_name}.weight" && t.Shape.Length == 2)
                .Select(t => (int?)t.Shape[0])
                .FirstOrDefault()
            : null;

    /// <summary>The classifiers that tensors belong to, e.g. <c>head</c> and <c>aux_head</c>.</summary>
    public static IEnumerable<string> NamesOf(VisionModel model, IEnumerable<string> tensors) =>
        tensors.Select(name => HeadOf(model, name)).Distinct(StringComparer.Ordinal);

    private void Keep(string head, string why)
    {
        Kept.Add(head);
        Lines.Add($"{head}: {why}");
    }

    private static IEnumerable<(string Name, long[] Shape)> Translated(WeightSource source, StateDictMap map)
    {
        foreach (var (foreign, shape) in source.Shapes)
        {
            if (map.Translate(foreign, out var change) is { } name)
            {
                yield return (name, change is null ? shape : change.ShapeOf(shape) ?? shape);
            }
        }
    }

    private static Dictionary<string, Dictionary<string, long[]>> Heads(
        VisionModel model,
        IEnumerable<(string Name, long[] Shape)> tensors
    ) =>
        tensors
            .Where(t => model.IsOfClassifier(t.Name))
            .GroupBy(t => HeadOf(model, t.Name), StringComparer.Ordinal)
            .ToDictionary(
                g => g.Key,
                g => g.ToDictionary(t => t.Name, t => t.Shape, StringComparer.Ordinal),
                StringComparer.Ordinal
            );

    private static string HeadOf(VisionModel model, string name) =>
        name.StartsWith(model.classifier_name + ".", StringComparison.Ordinal) ? model.classifier_name
        : name.LastIndexOf('.') is > 0 and var dot ? name[..dot]
        : name;

    private static bool Same(Dictionary<string, long[]> a, Dictionary<string, long[]> b) =>
        a.Count == b.Count && a.All(t => b.TryGetValue(t.Key, out var shape) && shape.AsSpan().SequenceEqual(t.Value));

    private static string Described(Dictionary<string, long[]> tensors) =>
        tensors.Values.FirstOrDefault(shape => shape.Length == 2) is { } matrix
            ? $"{matrix[0]:N0} classes of {matrix[1]:N0} channels"
            : $"{tensors.Count} tensors";
}

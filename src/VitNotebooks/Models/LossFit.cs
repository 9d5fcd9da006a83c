namespace VitNotebooks.Models;

/// <summary>Which losses only a source of weights was trained with: their heads have no place in the model, and are left out.</summary>
internal sealed class LossFit
{
    private readonly string[] _dropped;

    private LossFit(string[] dropped) => _dropped = dropped;

    /// <summary>A sentence for each.</summary>
    public IEnumerable<string> Lines =>
        _dropped.Select(loss =>
            $"{loss}: in the weights alone, a part of the loss that they were trained with, and left out."
        );

    /// <summary>Whether a tensor is a part of such a loss.</summary>
    /// <param name="name">The tensor's name as the model spells names.</param>
    public bool IsDropped(string name) => Array.Exists(_dropped, loss => IsOf(loss, name));

    /// <summary>Finds them.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The weights.</param>
    /// <param name="map">How they are named.</param>
    /// <param name="losses">Names of the losses that they may have been trained with.</param>
    public static LossFit Of(VisionModel model, WeightSource source, StateDictMap map, IEnumerable<string> losses)
    {
        var candidates = losses.ToArray();
        if (candidates.Length == 0)
        {
            return new([]);
        }

        var own = model.state_dict().Keys;
        string[] given = [.. source.Shapes.Keys.Select(foreign => map.Translate(foreign)).OfType<string>()];
        return new([
            .. candidates.Where(loss =>
                Array.Exists(given, name => IsOf(loss, name)) && !own.Any(name => IsOf(loss, name))
            ),
        ]);
    }

    /// <summary>Whether a tensor is a part of a loss.</summary>
    public static bool IsOf(string loss, string name) => name.StartsWith(loss + ".", StringComparison.Ordinal);
}

using System.Globalization;
using TorchSharp.Modules;
using VitNotebooks.Models;

namespace VitNotebooks.Training;

/// <summary>The parameters of a model that train, sorted into those with and those without weight decay.</summary>
/// <param name="Decayed">Name and parameter, in the model's order.</param>
/// <param name="Undecayed">Name and parameter, in the model's order.</param>
public sealed record DecayGroups(
    IReadOnlyList<(string Name, Parameter Parameter)> Decayed,
    IReadOnlyList<(string Name, Parameter Parameter)> Undecayed
)
{
    /// <summary>Learning rate of each parameter over the recipe's, by name; empty where all have the same.</summary>
    public IReadOnlyDictionary<string, double> Rates { get; init; } =
        new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Sorts a model's parameters by rule.</summary>
    /// <param name="model">The model; parameters that need no gradient are left out.</param>
    /// <param name="grouping">The rule.</param>
    /// <param name="layerDecay">Learning rate of a layer of <see cref="VisionModel.layers"/> over that of the one behind it, (0, 1]; the last layer, the
    /// classifier's, has the full rate.</param>
    /// <returns>Both groups.</returns>
    public static DecayGroups Of(VisionModel model, DecayGrouping grouping, double layerDecay = 1)
    {
        if (layerDecay is not (> 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(layerDecay),
                layerDecay,
                "The layer decay must be in (0, 1]; 1 gives all layers the same rate."
            );
        }

        var exempt = model.no_weight_decay();
        List<(string, Parameter)> decayed = [];
        List<(string, Parameter)> undecayed = [];
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (!parameter.requires_grad)
            {
                continue;
            }
            var small = parameter.shape.Length <= 1 || name.EndsWith(".bias", StringComparison.Ordinal);
            var free = grouping switch
            {
                DecayGrouping.Everything => false,
                DecayGrouping.Intended => small
                    || exempt.Contains(name)
                    || exempt.Contains(name[(name.LastIndexOf('.') + 1)..]),
                _ => small
                    || string.Equals(name, "absolute_pos_embed", StringComparison.Ordinal)
                    || name.Contains("relative_position_bias_table", StringComparison.Ordinal),
            };
            (free ? undecayed : decayed).Add((name, parameter));
        }
        DecayGroups groups = new(decayed, undecayed);
        return layerDecay == 1 ? groups : groups with { Rates = RatesOf(model, layerDecay) };
    }

    private static Dictionary<string, double> RatesOf(VisionModel model, double decay)
    {
        var layers = model.layers();
        return model
            .named_parameters()
            .ToDictionary(
                p => p.name,
                p => Math.Pow(decay, layers.Count - 1 - LayerOf(p.name)),
                StringComparer.Ordinal
            );

        int LayerOf(string name)
        {
            for (var i = 0; i < layers.Count; i++)
            {
                if (layers[i].Any(start => name.StartsWith(start, StringComparison.Ordinal)))
                {
                    return i;
                }
            }
            return layers.Count - 1; // heads of the losses
        }
    }

    /// <summary>How many tensors and values are decayed and not, and the exceptions among the larger tensors.</summary>
    /// <returns>One or two lines.</returns>
    public override string ToString()
    {
        var text =
            $"weight decay on {Decayed.Count} tensors ({Values(Decayed):N0} values), none on {Undecayed.Count} ({Values(Undecayed):N0})";
        if (Rates.Count > 0)
        {
            text += string.Create(
                CultureInfo.InvariantCulture,
                $"; learning rates by layer from {Rates.Values.Min():0.######} to {Rates.Values.Max():0.######} of the recipe's"
            );
        }
        string[] exceptions = [.. Undecayed.Where(p => p.Parameter.shape.Length > 1).Select(p => p.Name)];
        return exceptions.Length switch
        {
            0 => text,
            <= 3 => $"{text}, among them {string.Join(", ", exceptions)}",
            _ => $"{text}, among them {exceptions[0]} and {exceptions.Length - 1} more of its kind",
        };
    }

    private static long Values(IReadOnlyList<(string, Parameter Parameter)> group) =>
        group.Sum(p => p.Parameter.numel());
}

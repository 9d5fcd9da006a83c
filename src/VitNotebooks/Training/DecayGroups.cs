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
    /// <summary>Sorts a model's parameters by rule.</summary>
    /// <param name="model">The model; parameters that need no gradient are left out.</param>
    /// <param name="grouping">The rule.</param>
    /// <returns>Both groups.</returns>
    public static DecayGroups Of(VisionModel model, DecayGrouping grouping)
    {
        IReadOnlySet<string> exempt = model.no_weight_decay();
        List<(string, Parameter)> decayed = [];
        List<(string, Parameter)> undecayed = [];
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            if (!parameter.requires_grad)
            {
                continue;
            }
            bool small = parameter.shape.Length <= 1 || name.EndsWith(".bias", StringComparison.Ordinal);
            bool free = grouping switch
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
        return new DecayGroups(decayed, undecayed);
    }

    /// <summary>How many tensors and values are decayed and not, and the exceptions among the larger tensors.</summary>
    /// <returns>One or two lines.</returns>
    public override string ToString()
    {
        string text =
            $"weight decay on {Decayed.Count} tensors ({Values(Decayed):N0} values), none on {Undecayed.Count} ({Values(Undecayed):N0})";
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

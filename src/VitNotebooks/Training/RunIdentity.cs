using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VitNotebooks.Models;

namespace VitNotebooks.Training;

/// <summary>
/// What a run is: model, what of it is frozen, the weights it starts from, data, recipe, seed, the budget if it was given one, and the package's
/// version. Two runs with the same identity are the same run, and a folder takes up only its own. What the bits depend on
/// beside it is the <see cref="RunEnvironment"/>.
/// </summary>
/// <param name="Model">The model's configuration.</param>
/// <param name="Frozen"><see cref="FrozenIn"/> of the model.</param>
/// <param name="GradientCheckpointing">Whether blocks run twice, which updates the statistics of batch norms twice.</param>
/// <param name="Start"><see cref="FromSeed"/>, or the hash of the weights of a model that was given.</param>
/// <param name="Data">The data's identity.</param>
/// <param name="Recipe">The recipe as the caller gave it.</param>
/// <param name="Seed">The seed.</param>
/// <param name="BudgetSeconds">Time budget from which the number of steps was chosen; null without one.</param>
internal sealed record RunIdentity(
    JsonNode Model,
    string? Frozen,
    bool GradientCheckpointing,
    string Start,
    string Data,
    JsonNode Recipe,
    int Seed,
    double? BudgetSeconds
)
{
    /// <summary>How the training split is read, see <see cref="TrainerOptions.LoadingIdentity"/>; null for the usual way, which leaves no trace.</summary>
    public string? Loading { get; init; }

    /// <summary>The start of a model that the run builds itself.</summary>
    public const string FromSeed = "built from the seed";

    /// <summary>The start of a model that was given with these weights.</summary>
    public static string From(string weights) => $"weights sha256:{weights}";

    /// <summary>Which parameters are frozen that could train, as "n tensors, sha256:" and the hash of their names; null where none is.</summary>
    public static string? FrozenIn(VisionModel model)
    {
        var constant = model.constant_parameters();
        string[] names =
        [
            .. model
                .named_parameters()
                .Where(p => !p.parameter.requires_grad && !constant.Contains(p.name))
                .Select(p => p.name)
                .Order(StringComparer.Ordinal),
        ];
        return names.Length == 0
            ? null
            : $"{names.Length} tensors, sha256:{HashOf(new JsonArray([.. names.Select(name => (JsonNode)name)]))[..16]}";
    }

    /// <summary>The identity as JSON.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = new()
        {
            ["package"] = RunEnvironment.PackageVersion,
            ["model"] = Model.DeepClone(),
            ["frozen"] = Frozen,
            ["gradientCheckpointing"] = GradientCheckpointing,
            ["start"] = Start,
            ["data"] = Data,
            ["recipe"] = Recipe.DeepClone(),
            ["seed"] = Seed,
            ["budgetSeconds"] = BudgetSeconds,
        };
        if (Loading is not null)
        {
            json["loading"] = Loading;
        }
        return json;
    }

    /// <summary>SHA-256 over the canonical JSON, in hexadecimal.</summary>
    public string Hash() => HashOf(ToJson());

    /// <summary>What differs between an identity on disk and this one, as "path: there, here".</summary>
    public IReadOnlyList<string> DifferencesFrom(JsonNode? there)
    {
        List<string> differences = [];
        Compare("", there, ToJson(), differences);
        return differences;
    }

    internal static string HashOf(JsonNode node) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical(node))));

    internal static void Compare(string path, JsonNode? there, JsonNode? here, List<string> differences)
    {
        if (there is JsonObject a && here is JsonObject b)
        {
            foreach (var key in a.Select(p => p.Key).Union(b.Select(p => p.Key), StringComparer.Ordinal))
            {
                Compare(path.Length == 0 ? key : $"{path}.{key}", a[key], b[key], differences);
            }
        }
        else if (!string.Equals(Canonical(there), Canonical(here), StringComparison.Ordinal))
        {
            differences.Add($"{path} is {Short(there)} there and {Short(here)} here");
        }
    }

    private static string Short(JsonNode? node)
    {
        var text = Canonical(node);
        return text.Length <= 120 ? text : text[..117] + "...";
    }

    private static string Canonical(JsonNode? node)
    {
        switch (node)
        {
            case null:
                return "null";
            case JsonObject o:
                return "{"
                    + string.Join(
                        ',',
                        o.OrderBy(p => p.Key, StringComparer.Ordinal)
                            .Select(p => JsonSerializer.Serialize(p.Key) + ":" + Canonical(p.Value))
                    )
                    + "}";
            case JsonArray array:
                return "[" + string.Join(',', array.Select(Canonical)) + "]";
            default:
                return node.ToJsonString(TrainingJson.Options);
        }
    }
}

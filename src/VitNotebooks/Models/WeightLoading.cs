using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>Fills a model with weights, whoever named them.</summary>
public static class WeightLoading
{
    // A name that only one kind of checkpoint has, and what that kind is.
    private static readonly (string Name, string Kind)[] Signatures =
    [
        ("layers.0.blocks.0.attn.relative_position_bias_table", "Swin, Microsoft's names (StateDictMap.Official)"),
        (
            "features.1.0.attn.relative_position_bias_table",
            "Swin, torchvision's names (StateDictMap.Torchvision(\"Swin\"))"
        ),
        ("classifier.blocks.0.pre_norm.weight", "CCT, CVT or ViT-Lite (StateDictMap.Official)"),
        ("blocks.0.attn.ht_proj.weight", "DHVT (StateDictMap.Official)"),
        ("blocks.0.mlp_tokens.fc1.weight", "MLP-Mixer, timm's names (StateDictMap.Official)"),
        ("block1.layer.0.conv1.weight", "WRN (StateDictMap.Official)"),
        ("group0.block0.conv0", "WRN, its paper's names (StateDictMap.WideResNetAuthors)"),
        ("blocks.0.attn.qkv.weight", "ViT, timm's names (StateDictMap.Official)"),
        (
            "encoder.layers.encoder_layer_0.self_attention.in_proj_weight",
            "ViT, torchvision's names (StateDictMap.Torchvision(\"ViT\"))"
        ),
        ("tokens_to_token.project.weight", "T2T-ViT"),
        ("layer1.0.conv1.weight", "ResNet, torchvision's names (StateDictMap.Official)"),
    ];

    /// <summary>Copies weights into a model, all of them or none.</summary>
    /// <param name="model">The model.</param>
    /// <param name="weights">Tensors by name, e.g. from a safetensors file.</param>
    /// <param name="map">How they are named; by default as the model's own.</param>
    /// <param name="except">Beginnings of names that keep their present values, e.g. <c>drloc</c> or <c>head</c>.</param>
    /// <exception cref="WeightsException">A tensor is missing, unexpected or mis-shaped; the model is unchanged.</exception>
    public static void LoadWeights(
        this VisionModel model,
        IReadOnlyDictionary<string, Tensor> weights,
        StateDictMap? map = null,
        params ReadOnlySpan<string> except
    )
    {
        map ??= StateDictMap.Official;
        var kept = except.ToArray();
        var targets = model
            .state_dict()
            .Where(entry => StateDictMap.Official.Translate(entry.Key) is not null) // the others the model computes itself
            .ToDictionary(StringComparer.Ordinal);
        var pairs = new List<(Tensor Target, Tensor Source)>();
        List<string> missing = [],
            unexpected = [],
            misshaped = [];
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (foreign, source) in weights)
        {
            var name = map.Translate(foreign);
            if (name is null || IsKept(name))
                continue;
            if (!targets.TryGetValue(name, out var target))
                unexpected.Add(foreign);
            else if (!found.Add(name))
                unexpected.Add($"{foreign} (a second {name})");
            else if (!target.shape.AsSpan().SequenceEqual(source.shape))
                misshaped.Add(
                    $"{name}: [{string.Join(", ", source.shape)}] instead of [{string.Join(", ", target.shape)}]"
                );
            else
                pairs.Add((target, source));
        }
        missing.AddRange(targets.Keys.Where(name => !found.Contains(name) && !IsKept(name) && !MayLack(name)));
        if (missing.Count + unexpected.Count + misshaped.Count > 0)
            throw Refuse(model, weights, missing, unexpected, misshaped, targets.Count);

        using var scope = NewDisposeScope();
        using var plain = no_grad();
        foreach (var (target, source) in pairs)
            target.copy_(source);

        // PyTorch before 0.4.1 did not count batches, and torchvision still hands out files of that time.
        static bool MayLack(string name) => name.EndsWith(".num_batches_tracked", StringComparison.Ordinal);

        bool IsKept(string name) => Array.Exists(kept, start => name.StartsWith(start, StringComparison.Ordinal));
    }

    private static WeightsException Refuse(
        VisionModel model,
        IReadOnlyDictionary<string, Tensor> weights,
        List<string> missing,
        List<string> unexpected,
        List<string> misshaped,
        int expected
    )
    {
        List<string> lines = [$"The weights do not fit {model.Config.Name}, which is unchanged."];
        var kind = Signatures.FirstOrDefault(signature => weights.ContainsKey(signature.Name)).Kind;
        if (2 * missing.Count > expected)
            lines.Add(
                $"They are of another model or have other names{(kind is null ? "" : $": they look like {kind}")}."
            );
        Add("missing", missing);
        Add("unexpected", unexpected);
        Add("mis-shaped", misshaped);
        if (misshaped.Count > 0 && misshaped.TrueForAll(name => name.StartsWith("head.", StringComparison.Ordinal)))
            lines.Add(
                "Only the classifier differs: pass except: \"head\" to keep the model's own, or build it with as many classes."
            );
        return new WeightsException(string.Join(Environment.NewLine, lines), missing, unexpected, misshaped);

        void Add(string what, List<string> names)
        {
            if (names.Count > 0)
                lines.Add(
                    $"{names.Count} {what}: {string.Join("; ", names.Take(8))}{(names.Count > 8 ? $"; and {names.Count - 8} more" : "")}."
                );
        }
    }
}

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
        ("tokens_to_token.project.weight", "T2T-ViT, its authors' names (StateDictMap.Official)"),
        ("aux_head.weight", "LV-ViT, its authors' names (StateDictMap.Official)"),
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
        ("encoder.block_0.self_attention.block.in_proj_weight", "ViT_P or ViT_C, pycls' names (StateDictMap.Pycls)"),
        ("blocks.0.gamma_1", "DeiT III, its authors' names (StateDictMap.Deit3)"),
        ("params/embedding/kernel", "ViT, big_vision's names (StateDictMap.BigVision)"),
        ("embedding/kernel", "ViT, big_vision's names (StateDictMap.BigVision)"),
        ("stage0.patch_embed.proj.weight", "CvT, Microsoft's names (StateDictMap.Official)"),
        ("layers.0.2.layers.0.0.fn.to_q.net.0.weight", "the CvT of the localization paper's code (cvt_13.drloc)"),
        ("transformer.layers.0.0.fn.to_qkv.weight", "the ViT of the localization paper's code (vit_base.drloc)"),
        ("layer1.0.conv1.weight", "ResNet, torchvision's names (StateDictMap.Official)"),
    ];

    /// <summary>Copies weights into a model, all of them or none. Position embeddings and tables of relative positions of another size are
    /// resampled where the family knows how.</summary>
    /// <param name="model">The model.</param>
    /// <param name="weights">Tensors by name, e.g. from a safetensors file.</param>
    /// <param name="map">How they are named; by default as the model's own.</param>
    /// <param name="except">Beginnings of names that keep their present values, e.g. <c>drloc</c> or <c>head</c>.</param>
    /// <returns>What was resampled.</returns>
    /// <exception cref="WeightsException">A tensor is missing, unexpected, mis-shaped or not finite; the model is unchanged.</exception>
    public static LoadedWeights LoadWeights(
        this VisionModel model,
        IReadOnlyDictionary<string, Tensor> weights,
        StateDictMap? map = null,
        params ReadOnlySpan<string> except
    )
    {
        using var scope = NewDisposeScope();
        using var given = WeightSource.Of(weights);
        var source = given.Unstacked(map?.Stacked);
        var kept = except.ToArray();
        var plan = Plan(
            model,
            source,
            map,
            name => Array.Exists(kept, start => name.StartsWith(start, StringComparison.Ordinal))
        );
        plan.Copy(source);
        return model.LoadedWeights = plan.Report;
    }

    /// <summary>Gives a model the tensors of a file, one by one: never are two copies of the weights in memory. For a model of
    /// <see cref="ModelConfig.BuildEmpty"/>, every tensor of which the file must have.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">A safetensors file, or the <c>.safetensors.index.json</c> of a model in several files; those of Python's torch.save and
    /// numpy are read too, but whole.</param>
    /// <param name="map">How the file names them; by default as the model does.</param>
    /// <returns>What was resampled.</returns>
    /// <exception cref="WeightsException">A tensor is missing, unexpected, mis-shaped or not finite; the model is unchanged.</exception>
    public static LoadedWeights TakeWeights(this VisionModel model, string path, StateDictMap? map = null)
    {
        using var scope = NewDisposeScope();
        using var source = WeightSource.Open(path);
        return Take(model, source, map);
    }

    /// <summary>Gives a model these tensors without a copy, where type and layout are as the model has them: afterwards both have the same
    /// memory, which may be a mapped file's.</summary>
    /// <param name="model">The model.</param>
    /// <param name="weights">Tensors by name.</param>
    /// <param name="map">How they are named; by default as the model's own.</param>
    /// <returns>What was resampled.</returns>
    /// <exception cref="WeightsException">A tensor is missing, unexpected, mis-shaped or not finite; the model is unchanged.</exception>
    public static LoadedWeights TakeWeights(
        this VisionModel model,
        IReadOnlyDictionary<string, Tensor> weights,
        StateDictMap? map = null
    )
    {
        using var scope = NewDisposeScope();
        using var source = WeightSource.Of(weights);
        return Take(model, source, map);
    }

    /// <summary>Copies the weights of a file into a model that is to be trained further, all of them or none. What cannot come from them is
    /// kept and said so: a classifier for other classes, and the heads of the auxiliary losses.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">A safetensors file, the <c>.safetensors.index.json</c> of a model in several, or a file of Python's torch.save or numpy.</param>
    /// <param name="map">How the file names them; by default as the model does.</param>
    /// <param name="entry">The entry of a file of torch.save to take where it has it, e.g. <c>state_dict_ema</c>; null looks for the weights.</param>
    /// <returns>What was resampled and what was kept; also in <see cref="VisionModel.LoadedWeights"/>.</returns>
    /// <exception cref="WeightsException">A tensor is missing, unexpected or mis-shaped; the model is unchanged.</exception>
    public static LoadedWeights LoadPretrained(
        this VisionModel model,
        string path,
        StateDictMap? map = null,
        string? entry = null
    )
    {
        using var scope = NewDisposeScope();
        using var file = WeightSource.Open(path, entry);
        map ??= StateDictMap.Official;
        var source = file.Unstacked(map.Stacked);
        var heads = HeadFit.Of(model, source, map);
        string[] losses = [.. model.auxiliary_losses.Select(loss => loss.Name)];
        var plan = Plan(
            model,
            source,
            map,
            name => heads.IsKept(name) || Array.Exists(losses, loss => IsOf(loss, name))
        );
        plan.Copy(source);
        var report = plan.Report;
        return model.LoadedWeights = report with
        {
            KeptHeads = heads.Kept,
            Lines =
            [
                .. report.Lines,
                .. heads.Lines,
                .. losses
                    .Where(loss => model.state_dict().Keys.Any(name => IsOf(loss, name)))
                    .Select(loss => $"{loss}: a part of the loss, which stays this model's own."),
            ],
        };

        static bool IsOf(string part, string name) => name.StartsWith(part + ".", StringComparison.Ordinal);
    }

    internal static LoadedWeights Take(VisionModel model, WeightSource source, StateDictMap? map)
    {
        source = source.Unstacked(map?.Stacked);
        var plan = Plan(model, source, map, _ => false);
        plan.TakeOver(source);
        return model.LoadedWeights = plan.Report;
    }

    private static WeightPlan Plan(VisionModel model, WeightSource source, StateDictMap? map, Func<string, bool> isKept)
    {
        var plan = WeightPlan.Of(model, source, map ?? StateDictMap.Official, isKept);
        if (plan.Missing.Count + plan.Unexpected.Count + plan.Misshaped.Count == 0)
            plan.FindNotFinite(source);
        else
            throw Refuse(model, source.Shapes.Keys, plan);
        return plan.NotFinite.Count == 0 ? plan : throw Refuse(model, source.Shapes.Keys, plan);
    }

    private static WeightsException Refuse(VisionModel model, IEnumerable<string> names, WeightPlan plan)
    {
        var (missing, unexpected, misshaped) = (plan.Missing, plan.Unexpected, plan.Misshaped);
        List<string> lines = [$"The weights do not fit {model.Config.Name}, which is unchanged."];
        var known = names.ToHashSet(StringComparer.Ordinal);
        var kind = Signatures.FirstOrDefault(signature => known.Contains(signature.Name)).Kind;
        if (2 * missing.Count > plan.Expected)
            lines.Add(
                $"They are of another model or have other names{(kind is null ? "" : $": they look like {kind}")}."
            );
        Add("missing", missing);
        Add("unexpected", unexpected);
        Add("mis-shaped", misshaped);
        Add("not finite", plan.NotFinite);
        if (plan.NotFinite.Count > 0)
            lines.Add("The training that wrote them diverged, or the file is damaged; take an earlier checkpoint.");
        if (
            model.Explain([.. misshaped.Select(fault => fault[..fault.IndexOf(':', StringComparison.Ordinal)])]) is
            { } why
        )
            lines.Add(why);
        if (
            misshaped.Count > 0
            && missing.Count + unexpected.Count + plan.NotFinite.Count == 0
            && model.HasClassifier
            && misshaped.TrueForAll(model.IsOfClassifier)
        )
            lines.Add(
                $"Only the classifier differs: pass except: {string.Join(", ", HeadFit.NamesOf(model, misshaped.Select(NameIn)).Select(head => $"\"{head}\""))} "
                    + "to keep the model's own, or build it with as many classes."
            );
        return new WeightsException(
            string.Join(Environment.NewLine, lines),
            missing,
            unexpected,
            misshaped,
            plan.NotFinite
        );

        static string NameIn(string sentence) => sentence[..sentence.IndexOf(':', StringComparison.Ordinal)];

        void Add(string what, List<string> names)
        {
            if (names.Count > 0)
                lines.Add(
                    $"{names.Count} {what}: {string.Join("; ", names.Take(8))}{(names.Count > 8 ? $"; and {names.Count - 8} more" : "")}."
                );
        }
    }
}

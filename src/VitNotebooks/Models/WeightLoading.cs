using TorchSharp;
using VitNotebooks.Losses;
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
    /// <param name="except">Beginnings of names that keep their present values, or that the model lacks, e.g. <c>drloc</c> or <c>head</c>.</param>
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
        using var source = WeightSource.Of(weights);
        return Load(model, source, map, except.ToArray());
    }

    /// <summary>Copies the weights of a file into a model, all of them or none. Position embeddings and tables of relative positions of another size
    /// are resampled where the family knows how. Of a file of this package, what a run keeps beside the weights and the losses that the model
    /// lacks are left out, which is said of the losses.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">A safetensors file, the <c>.safetensors.index.json</c> of a model in several, or a file of Python's torch.save or numpy.</param>
    /// <param name="map">How the file names them; by default as the model does.</param>
    /// <param name="except">Beginnings of names that keep their present values, or that the model lacks, e.g. <c>drloc</c> or <c>head</c>.</param>
    /// <returns>What was resampled and left out.</returns>
    /// <exception cref="WeightsException">A tensor is missing, unexpected, mis-shaped or not finite; the model is unchanged.</exception>
    public static LoadedWeights LoadWeights(
        this VisionModel model,
        string path,
        StateDictMap? map = null,
        params ReadOnlySpan<string> except
    )
    {
        using var scope = NewDisposeScope();
        using var source = WeightSource.Open(path);
        return Load(model, source, map, except.ToArray());
    }

    /// <summary>Gives a model the tensors of a file, one by one: never are two copies of the weights in memory. For a model of
    /// <see cref="ModelConfig.BuildEmpty"/>, every tensor of which the file must have. Of a file of this package, what a run keeps beside the
    /// weights and the losses that the model lacks are left out, which is said of the losses.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">A safetensors file, or the <c>.safetensors.index.json</c> of a model in several files; those of Python's torch.save and
    /// numpy are read too, but whole.</param>
    /// <param name="map">How the file names them; by default as the model does.</param>
    /// <returns>What was resampled and left out.</returns>
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
    /// kept and said so: a classifier for other classes, and the heads of the model's auxiliary losses. What only they have is left out and said
    /// so: further classifiers, and the heads of losses that they were trained with, those that a file of this package names or else any
    /// registered one's.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">A safetensors file, the <c>.safetensors.index.json</c> of a model in several, or a file of Python's torch.save or numpy.</param>
    /// <param name="map">How the file names them; by default as the model does.</param>
    /// <param name="entry">The entry of a file of torch.save to take where it has it, e.g. <c>state_dict_ema</c>; null looks for the weights.</param>
    /// <returns>What was resampled, kept and left out; also in <see cref="VisionModel.LoadedWeights"/>.</returns>
    /// <exception cref="WeightsException">A tensor is missing, unexpected, mis-shaped or not finite; the model is unchanged.</exception>
    public static LoadedWeights LoadPretrained(
        this VisionModel model,
        string path,
        StateDictMap? map = null,
        string? entry = null
    )
    {
        using var scope = NewDisposeScope();
        using var source = WeightSource.Open(path, entry);
        return Pretrained(model, source, map, (plan, tensors) => plan.Copy(tensors));
    }

    /// <summary>Builds a model with weights as <see cref="LoadPretrained"/> would load them. Nothing is drawn but what they lack, and
    /// there is no second copy of them.</summary>
    /// <param name="config">What the model is.</param>
    /// <param name="source">The weights.</param>
    /// <param name="map">How they are named.</param>
    /// <param name="dtype">The type of the model's weights; null for the default one.</param>
    internal static VisionModel BuildPretrained(
        ModelConfig config,
        WeightSource source,
        StateDictMap map,
        ScalarType? dtype
    )
    {
        var model = config.BuildEmpty(dtype);
        try
        {
            if (model.auxiliary_losses.Any(loss => loss.parameters().Any()))
            {
                model.Dispose();
                model = config.Build(); // a loss's start is drawn with the whole model, as its family has it
                if (dtype is { } type)
                {
                    model.to(type);
                }
            }
            else if (HeadFit.Of(model, source.Unstacked(map.Stacked), map).Kept.Count > 0)
            {
                model.reset_classifier(config.Classes);
            }

            Pretrained(model, source, map, (plan, tensors) => plan.TakeOver(tensors));
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    internal static LoadedWeights Take(VisionModel model, WeightSource source, StateDictMap? map)
    {
        map ??= StateDictMap.Official;
        source = source.Unstacked(map.Stacked);
        var losses = LossFit.Of(model, source, map, source.Own?.Losses ?? []);
        var plan = Plan(model, source, map, losses.IsDropped);
        plan.TakeOver(source);
        return model.LoadedWeights = plan.Report.With(losses.Lines);
    }

    internal static LoadedWeights Load(VisionModel model, WeightSource source, StateDictMap? map, string[] except)
    {
        map ??= StateDictMap.Official;
        source = source.Unstacked(map.Stacked);
        var losses = LossFit.Of(model, source, map, source.Own?.Losses ?? []);
        var plan = Plan(
            model,
            source,
            map,
            name =>
                losses.IsDropped(name)
                || Array.Exists(except, start => name.StartsWith(start, StringComparison.Ordinal))
        );
        plan.Copy(source);
        return model.LoadedWeights = plan.Report.With(losses.Lines);
    }

    /// <summary>Puts a run's weights back as they were, whatever their values: its own hash vouches for them.</summary>
    internal static void Restore(VisionModel model, WeightSource source)
    {
        var plan = WeightPlan.Of(model, source, StateDictMap.Official, _ => false);
        if (!plan.Fits)
        {
            throw Refuse(model, source, plan);
        }

        plan.Copy(source);
    }

    private static LoadedWeights Pretrained(
        VisionModel model,
        WeightSource source,
        StateDictMap? map,
        Action<WeightPlan, WeightSource> fill
    )
    {
        map ??= StateDictMap.Official;
        source = source.Unstacked(map.Stacked);
        var heads = HeadFit.Of(model, source, map);
        string[] losses = [.. model.auxiliary_losses.Select(loss => loss.Name)];
        var others = LossFit.Of(model, source, map, source.Own?.Losses ?? AuxiliaryLosses.Names);
        var plan = Plan(
            model,
            source,
            map,
            name =>
                heads.IsKept(name) || others.IsDropped(name) || Array.Exists(losses, loss => LossFit.IsOf(loss, name))
        );
        fill(plan, source);
        return model.LoadedWeights = plan.Report.With([
            .. heads.Lines,
            .. losses
                .Where(loss => model.state_dict().Keys.Any(name => LossFit.IsOf(loss, name)))
                .Select(loss => $"{loss}: a part of the loss, which stays this model's own."),
            .. others.Lines,
        ]) with
        {
            KeptHeads = heads.Kept,
        };
    }

    private static WeightPlan Plan(VisionModel model, WeightSource source, StateDictMap map, Func<string, bool> isKept)
    {
        var plan = WeightPlan.Of(model, source, map, isKept);
        if (plan.Fits)
        {
            plan.FindNotFinite(source);
        }

        return plan.Fits && plan.NotFinite.Count == 0 ? plan : throw Refuse(model, source, plan);
    }

    private static WeightsException Refuse(VisionModel model, WeightSource source, WeightPlan plan)
    {
        var (missing, unexpected, misshaped) = (plan.Missing, plan.Unexpected, plan.Misshaped);
        List<string> lines =
        [
            $"The weights{(source.Path is { } path ? $" in {path}" : "")} do not fit {model.Config.Name}, which is unchanged.",
        ];
        var known = source.Shapes.Keys.ToHashSet(StringComparer.Ordinal);
        var kind = Signatures.FirstOrDefault(signature => known.Contains(signature.Name)).Kind;
        if (2 * missing.Count > plan.Expected)
        {
            lines.Add(
                $"They are of another model or have other names{(kind is null ? "" : $": they look like {kind}")}."
            );
        }

        Add("missing", missing);
        Add("unexpected", unexpected);
        Add("mis-shaped", misshaped);
        Add("not finite", plan.NotFinite);
        if (plan.NotFinite.Count > 0)
        {
            lines.Add("The training that wrote them diverged, or the file is damaged; take an earlier checkpoint.");
        }

        if (
            model.Explain([.. misshaped.Select(fault => fault[..fault.IndexOf(':', StringComparison.Ordinal)])]) is
            { } why
        )
        {
            lines.Add(why);
        }

        if (
            misshaped.Count > 0
            && missing.Count + unexpected.Count + plan.NotFinite.Count == 0
            && model.HasClassifier
            && misshaped.TrueForAll(model.IsOfClassifier)
        )
        {
            lines.Add(
                $"Only the classifier differs: pass except: {string.Join(", ", HeadFit.NamesOf(model, misshaped.Select(NameIn)).Select(head => $"\"{head}\""))} "
                    + "to keep the model's own, or build it with as many classes."
            );
        }

        string[] losses = [.. AuxiliaryLosses.Names.Where(loss => unexpected.Exists(name => LossFit.IsOf(loss, name)))];
        if (
            losses.Length > 0
            && missing.Count + misshaped.Count + plan.NotFinite.Count == 0
            && unexpected.TrueForAll(name => Array.Exists(losses, loss => LossFit.IsOf(loss, name)))
        )
        {
            lines.Add(
                $"Only the heads of a loss are left over: pass except: {string.Join(", ", losses.Select(loss => $"\"{loss}\""))} to leave them out, "
                    + "or build the model with the loss."
            );
        }

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
            {
                lines.Add(
                    $"{names.Count} {what}: {string.Join("; ", names.Take(8))}{(names.Count > 8 ? $"; and {names.Count - 8} more" : "")}."
                );
            }
        }
    }
}

using System.IO.Enumeration;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>The door to every model: by fluent chain, by registered name, or from a stored configuration.</summary>
public static class VisionModels
{
    private static IReadOnlyDictionary<string, ModelConfig> Registered => ModelFamilies.Variants;

    /// <summary>A chain that starts as Swin-T at 224 pixels and 1,000 classes.</summary>
    public static SwinBuilder Swin() => new();

    /// <summary>A chain that starts as ViT-B/16 at 224 pixels and 1,000 classes.</summary>
    public static VitBuilder Vit() => new();

    /// <summary>A chain that starts as CvT-13 at 224 pixels and 1,000 classes, as Microsoft's code has it.</summary>
    public static CvtBuilder Cvt() => new();

    /// <summary>A chain that starts as the CvT-13 that the localization paper's code trains.</summary>
    public static DrlocCvtBuilder DrlocCvt() => new();

    /// <summary>A chain that starts as the ViT-B/16 that the localization paper's code trains.</summary>
    public static DrlocVitBuilder DrlocVit() => new();

    /// <summary>A chain that starts as ResNet-50 at 224 pixels and 1,000 classes.</summary>
    public static ResNetBuilder ResNet() => new();

    /// <summary>A chain that starts as T2T-ViT-14 at 224 pixels and 1,000 classes.</summary>
    public static T2tBuilder T2t() => new();

    /// <summary>A chain that starts as LV-ViT-S at 224 pixels and 1,000 classes.</summary>
    public static LvVitBuilder LvVit() => new();

    /// <summary>A chain that starts as CCT-7/3x1 at 32 pixels and 10 classes; CVT and ViT-Lite are on it too.</summary>
    public static CompactBuilder Cct() => new();

    /// <summary>A chain that starts as DHVT-T of patch 4 at 32 pixels and 100 classes.</summary>
    public static DhvtBuilder Dhvt() => new();

    /// <summary>A chain that starts as Mixer-S/16 at 224 pixels and 1,000 classes.</summary>
    public static MixerBuilder Mixer() => new();

    /// <summary>A chain that starts as WRN-16-8 at 32 pixels and 10 classes.</summary>
    public static WideResNetBuilder WideResNet() => new();

    /// <summary>Builds a registered model, with fresh weights or with published ones.</summary>
    /// <param name="name">Its name, e.g. <c>swin_tiny_patch4_window7_224</c>; <see cref="List"/> shows all.</param>
    /// <param name="classes">Number of classes; by default that of the weights, or else of the name's data set, 1,000 or 10.</param>
    /// <param name="imageSize">Side of the image in pixels; by default that of the weights, or else the one in the name.</param>
    /// <param name="weights">Published weights to start with, e.g. <c>ms_in1k</c>; <see cref="PublishedWeights.List"/> shows all. They are fetched once,
    /// into <see cref="Data.DataStore.Default"/>; with other classes the classifier is a fresh one. What was done with them is said on the console and
    /// kept in <see cref="VisionModel.LoadedWeights"/>. Null for fresh weights.</param>
    /// <exception cref="ModelConfigException">No model has the name, no such weights are published for it, or the sizes do not fit it.</exception>
    /// <exception cref="Data.DataException">The weights cannot be fetched, or are others than their publisher stated.</exception>
    /// <exception cref="WeightsException">The weights do not fit the model.</exception>
    public static VisionModel Create(string name, int? classes = null, int? imageSize = null, string? weights = null)
    {
        if (weights is not null)
        {
            return PublishedWeights.Of(name, weights).Create(classes, imageSize);
        }

        var config = ConfigOf(name);
        return config.Resized(classes, imageSize).Build();
    }

    /// <summary>The configuration of a registered model.</summary>
    /// <param name="name">Its name; case does not matter.</param>
    /// <exception cref="ModelConfigException">No model has the name.</exception>
    public static ModelConfig ConfigOf(string name)
    {
        if (Registered.TryGetValue(name, out var config))
        {
            return config;
        }

        if (Registered.Keys.SingleOrDefault(k => k.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            return Registered[known];
        }

        var nearest = Registered
            .Keys.OrderBy(known => EditDistance.Between(name, known))
            .ThenBy(known => known, StringComparer.Ordinal);
        throw new ModelConfigException([
            $"No model is named '{name}'; did you mean {string.Join(" or ", nearest.Take(2))}? VisionModels.List() shows all {Registered.Count}.",
        ]);
    }

    /// <summary>Names of the registered models.</summary>
    /// <param name="pattern">A wildcard such as <c>vit_*</c>; case does not matter.</param>
    public static IReadOnlyList<string> List(string pattern = "*") =>
        [.. Registered.Keys.Where(name => FileSystemName.MatchesSimpleExpression(pattern, name))];

    /// <summary>Builds a model from its record with fresh weights.</summary>
    /// <exception cref="ModelConfigException">The configuration has faults; the message names all of them.</exception>
    public static VisionModel FromConfig(ModelConfig config) => config.Build();

    /// <summary>Builds a registered model without starting weights; see <see cref="ModelConfig.BuildEmpty"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dtype">The type of the weights; null for the default one.</param>
    /// <exception cref="ModelConfigException">No model has the name.</exception>
    public static VisionModel CreateEmpty(string name, ScalarType? dtype = null) => ConfigOf(name).BuildEmpty(dtype);

    /// <summary>Builds a model around the weights of a file, in no more memory than they take: neither starting weights are made nor a second
    /// copy. Of a file of this package, what a run keeps beside the weights and the losses that the configuration lacks are left out.</summary>
    /// <param name="config">What the model is.</param>
    /// <param name="path">A safetensors file, or the <c>.safetensors.index.json</c> of a model in several files; those of Python's torch.save and
    /// numpy are read too, but whole.</param>
    /// <param name="map">How the file names them; by default as the model does.</param>
    /// <param name="dtype">The type of the weights; null for that of the file's largest tensor.</param>
    /// <exception cref="ModelConfigException">The configuration has faults; the message names all of them.</exception>
    /// <exception cref="WeightsException">A tensor is missing, unexpected, mis-shaped or not finite.</exception>
    public static VisionModel Open(ModelConfig config, string path, StateDictMap? map = null, ScalarType? dtype = null)
    {
        using var scope = NewDisposeScope();
        using var source = WeightSource.Open(path);
        var model = config.BuildEmpty(dtype ?? source.Type);
        try
        {
            WeightLoading.Take(model, source, map);
        }
        catch
        {
            model.Dispose();
            throw;
        }
        return model;
    }

    /// <summary>Builds a model around the weights of a file with the classifier that they were trained with, in no more memory than they take: it has
    /// as many classes as theirs, whatever the configuration says. Losses, which only train, are left out, and that is said.</summary>
    /// <param name="config">What the model is, but for its classes and losses.</param>
    /// <param name="path">A safetensors file, or the <c>.safetensors.index.json</c> of a model in several files; those of Python's torch.save and
    /// numpy are read too, but whole.</param>
    /// <param name="map">How the file names them; by default as the model does.</param>
    /// <param name="dtype">The type of the weights; null for that of the file's largest tensor.</param>
    /// <param name="entry">The entry of a file of torch.save that holds them, e.g. <c>state_dict_ema</c>; null looks for them.</param>
    /// <returns>The model. Where the weights have no classifier, its own is a fresh one, which <see cref="LoadedWeights.KeptHeads"/> names.</returns>
    /// <exception cref="ModelConfigException">The configuration has faults; the message names all of them.</exception>
    /// <exception cref="WeightsException">A tensor is missing, unexpected, mis-shaped or not finite.</exception>
    public static VisionModel OpenAsTrained(
        ModelConfig config,
        string path,
        StateDictMap? map = null,
        ScalarType? dtype = null,
        string? entry = null
    )
    {
        ArgumentNullException.ThrowIfNull(config);
        using var scope = NewDisposeScope();
        using var source = WeightSource.Open(path, entry, needsEntry: true);
        map ??= StateDictMap.Official;
        var trained = config with { Losses = [] };
        if (trained.Head is null)
        {
            using (var empty = trained.BuildEmpty())
            {
                trained = trained with { Classes = HeadFit.ClassesIn(empty, source, map) ?? trained.Classes };
            }
        }

        return WeightLoading.BuildPretrained(trained, source, map, dtype ?? source.Type);
    }
}

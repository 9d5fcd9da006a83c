using System.Collections.Immutable;

namespace VitNotebooks.Models;

/// <summary>
/// The families of models that this process can store, read back and build by name. Ours are here from the start; a model of
/// your own joins with one call, from an assembly or from a cell of a notebook.
/// </summary>
public static class ModelFamilies
{
    private static readonly Lock Gate = new();
    private static ImmutableSortedDictionary<string, ModelConfig> variants = ImmutableSortedDictionary.Create<
        string,
        ModelConfig
    >(StringComparer.Ordinal);

    static ModelFamilies()
    {
        Register("lvvit", [.. LvVitVariants.All]);
        Register("cvt", [.. CvtVariants.All]);
        Register("drloc_cvt", [.. DrlocCvtVariants.All]);
        Register("drloc_vit", [.. DrlocVitVariants.All]);
        Register("cct", [.. CompactVariants.All]);
        Register("dhvt", [.. DhvtVariants.All]);
        Register("mixer", [.. MixerVariants.All]);
        Register("resnet", [.. ResNetVariants.All]);
        Register("swin", [.. SwinVariants.All]);
        Register("t2t", [.. T2tVariants.All]);
        Register("vit", [.. VitVariants.All]);
        Register("wrn", [.. WideResNetVariants.All]);
    }

    internal static NamedRecords<ModelConfig> Records { get; } =
        new("family", "model family", $"{nameof(ModelFamilies)}.{nameof(Register)}");

    internal static IReadOnlyDictionary<string, ModelConfig> Variants => variants;

    /// <summary>The registered families: the name in stored configurations, and the record that it stands for.</summary>
    public static IReadOnlyDictionary<string, Type> All => Records.Types;

    /// <summary>Makes a family known, so that its configurations are stored in checkpoints and run folders and read back.</summary>
    /// <param name="family">Its name in stored configurations, e.g. <c>swin</c>; it must stay the same for old files to be read.</param>
    /// <param name="variants">Configurations that <see cref="VisionModels.Create"/> builds by their names.</param>
    /// <typeparam name="TConfig">Its configuration.</typeparam>
    /// <remarks>A cell that is run again defines a new type of the same name, which takes the place of the one before.</remarks>
    /// <exception cref="ArgumentException">
    /// The name belongs to a record of another name, the record has another name already, or a variant's name is another family's.
    /// </exception>
    public static void Register<TConfig>(string family, params ReadOnlySpan<TConfig> variants)
        where TConfig : ModelConfig
    {
        lock (Gate)
        {
            var joined = ModelFamilies.variants;
            foreach (var variant in variants)
            {
                if (joined.TryGetValue(variant.Name, out var known) && known.GetType().Name != typeof(TConfig).Name)
                {
                    throw new ArgumentException(
                        $"The name '{variant.Name}' belongs to a {known.Family}; give this {variant.Family} another.",
                        nameof(variants)
                    );
                }

                joined = joined.SetItem(variant.Name, variant);
            }
            Records.Add<TConfig>(family);
            ModelFamilies.variants = joined;
        }
    }
}

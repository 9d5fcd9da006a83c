using System.IO.Enumeration;
using VitNotebooks.Data;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>
/// Weights that somebody published: where they lie, what they are of, what an image must look like for them, and what they reach. Ours are in
/// a table a family, made from what the publishers say; a record of your own works the same.
/// </summary>
/// <param name="Model">The registered model that they are of, e.g. <c>swin_tiny_patch4_window7_224</c>.</param>
/// <param name="Tag">What tells them from others of the model: who trained them, and on what, e.g. <c>ms_in22k_ft_in1k</c>.</param>
/// <param name="Url">Where the file lies; with <see cref="ByHand"/>, the page that leads to it.</param>
public sealed record PublishedWeights(string Model, string Tag, string Url)
{
    /// <summary>Their name, e.g. <c>swin_tiny_patch4_window7_224.ms_in1k</c>.</summary>
    public string Name => $"{Model}.{Tag}";

    /// <summary>The file's SHA-256 in hex as its publisher states it, or the first digits, which many put into the file's name; null where none is
    /// stated: the store then records the hash of the first file that comes, and holds later ones to it.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Name of the file in the store.</summary>
    public string FileName { get; init; } = Url[(Url.LastIndexOf('/') + 1)..];

    /// <summary>What to do on the page <see cref="Url"/>, where no program can fetch the file; null where one can.</summary>
    public string? ByHand { get; init; }

    /// <summary>The entry of the file that is taken where it has it, e.g. <c>state_dict_ema</c>; null where there is one state dict to find.</summary>
    public string? Entry { get; init; }

    /// <summary>Whose names the tensors have, see <see cref="StateDictMap.Of"/>.</summary>
    public string Naming { get; init; } = "official";

    /// <summary>What they were trained on at last, e.g. <c>ImageNet-1k</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>Classes of their classifier; null where they have none.</summary>
    public int? Classes { get; init; } = 1000;

    /// <summary>What is done to an image before they see it; its size is that of the weights.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>Top-1 accuracy on <see cref="Dataset"/>'s validation or test images in percent, as published; null where none is.</summary>
    public double? Top1 { get; init; }

    /// <summary>The licence, or what its publisher says in its place.</summary>
    public required string Licence { get; init; }

    /// <summary>Who says all this: repository or page.</summary>
    public required string Source { get; init; }

    /// <summary>The paper, as an arXiv id.</summary>
    public required string Paper { get; init; }

    /// <summary>The file as the store takes it.</summary>
    public RemoteFile File =>
        new($"weights/{FileName}", Url)
        {
            What = $"weights {Name}",
            Sha256 = Sha256,
            ByHand = ByHand,
        };

    private static readonly PublishedWeights[] All =
    [
        .. SwinWeights.All,
        .. VitWeights.All,
        .. DeitWeights.All,
        .. TorchvisionWeights.All,
        .. T2tWeights.All,
        .. CvtWeights.All,
        .. LvVitWeights.All,
        .. CompactWeights.All,
        .. MixerWeights.All,
    ];

    /// <summary>The published weights that are known.</summary>
    /// <param name="pattern">A wildcard over their names, such as <c>swin_*</c> or <c>*.ms_in1k</c>; case does not matter.</param>
    public static IReadOnlyList<PublishedWeights> List(string pattern = "*") =>
        [.. All.Where(weights => FileSystemName.MatchesSimpleExpression(pattern, weights.Name))];

    /// <summary>The published weights of a model.</summary>
    /// <param name="model">Its name.</param>
    public static IReadOnlyList<PublishedWeights> For(string model) =>
        [.. All.Where(weights => string.Equals(weights.Model, model, StringComparison.Ordinal))];

    /// <summary>Published weights by name.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="tag">Their tag, or their whole name, which may be another model's.</param>
    /// <exception cref="ModelConfigException">There are none; the message lists those that there are.</exception>
    public static PublishedWeights Of(string model, string tag)
    {
        var known = For(model);
        var found =
            known.FirstOrDefault(weights => string.Equals(weights.Tag, tag, StringComparison.OrdinalIgnoreCase))
            ?? Array.Find(All, weights => string.Equals(weights.Name, tag, StringComparison.OrdinalIgnoreCase));
        if (found is not null)
        {
            return found;
        }

        if (known.Count > 0)
        {
            throw new ModelConfigException([
                $"{model} has no published weights '{tag}'; there are {string.Join(", ", known.Select(weights => weights.Tag))}.",
            ]);
        }

        var nearest = All.Select(weights => weights.Model)
            .Distinct(StringComparer.Ordinal)
            .OrderBy(name => EditDistance.Between(model, name))
            .ThenBy(name => name, StringComparer.Ordinal);
        throw new ModelConfigException([
            $"No published weights of {model} are known{WhyNone(model)}; near it are those of {string.Join(" and ", nearest.Take(2))}, and "
                + $"PublishedWeights.List() shows all {All.Length}.",
        ]);
    }

    /// <summary>Builds the model with these weights.</summary>
    /// <param name="classes">Number of classes; by default that of the weights. With another the classifier is a fresh one.</param>
    /// <param name="imageSize">Side of the image in pixels; by default that of the weights. Tables are resampled for another.</param>
    /// <param name="store">Where the file is kept; by default <see cref="DataStore.Default"/>.</param>
    /// <exception cref="ModelConfigException">The sizes do not fit the model.</exception>
    /// <exception cref="DataException">The file cannot be fetched, or is another than stated.</exception>
    /// <exception cref="WeightsException">The weights do not fit the model.</exception>
    public VisionModel Create(int? classes = null, int? imageSize = null, DataStore? store = null)
    {
        var config = VisionModels.ConfigOf(Model).Resized(classes ?? Classes, imageSize ?? Preprocessing.ImageSize);
        return Build(config, store);
    }

    /// <summary>Builds a model of the user's own configuration, e.g. with a loss more, around these weights: what they bring is not drawn before.</summary>
    /// <param name="config">What the model is.</param>
    /// <param name="store">Where the file is kept; by default <see cref="DataStore.Default"/>.</param>
    /// <exception cref="ModelConfigException">The configuration has faults; the message names all of them.</exception>
    /// <exception cref="DataException">The file cannot be fetched, or is another than stated.</exception>
    /// <exception cref="WeightsException">The weights do not fit the model.</exception>
    public VisionModel Build(ModelConfig config, DataStore? store = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        var faults = config.Faults();
        if (faults.Count > 0)
        {
            throw new ModelConfigException(faults); // before anything is fetched
        }

        store ??= DataStore.Default;
        var file = store.Fetch(File);
        using var scope = NewDisposeScope();
        using var source = WeightSource.Open(file.Path, Entry);
        var model = WeightLoading.BuildPretrained(config, source, StateDictMap.Of(Naming, config.Family), dtype: null);
        Label(model, store);
        return model;
    }

    /// <summary>Copies these weights into a model, and gives it their preprocessing. A classifier for other classes stays the model's own, and that
    /// is said.</summary>
    /// <param name="model">The model.</param>
    /// <param name="store">Where the file is kept; by default <see cref="DataStore.Default"/>.</param>
    /// <exception cref="DataException">The file cannot be fetched, or is another than stated.</exception>
    /// <exception cref="WeightsException">The weights do not fit the model, which is unchanged.</exception>
    public LoadedWeights LoadInto(VisionModel model, DataStore? store = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        store ??= DataStore.Default;
        var file = store.Fetch(File);
        model.LoadPretrained(file.Path, StateDictMap.Of(Naming, model.Config.Family), Entry);
        return Label(model, store);
    }

    // What the model is told of the weights that it has, and the user of what was done with them.
    private LoadedWeights Label(VisionModel model, DataStore store)
    {
        var loaded = model.LoadedWeights! with { Published = this };
        model.LoadedWeights = loaded;
        model.Preprocessing = Preprocessing with { ImageSize = model.Config.ImageSize };
        if (loaded.Lines.Count > 0)
        {
            store.Say(loaded.ToString());
        }

        return loaded;
    }

    /// <summary>Fetches the file without building anything.</summary>
    /// <param name="store">Where the file is kept; by default <see cref="DataStore.Default"/>.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancel">Stops the download; what is here already is kept, and the next call goes on there.</param>
    /// <exception cref="DataException">The file cannot be fetched, or is another than stated.</exception>
    public Task<StoredFile> FetchAsync(
        DataStore? store = null,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancel = default
    ) => (store ?? DataStore.Default).FetchAsync(File, progress, cancel);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static string WhyNone(string model) =>
        model switch
        {
            _ when model.StartsWith("dhvt_", StringComparison.Ordinal) =>
                " (ArieSeirack/DHVT announces two for ImageNet and has released none)",
            _ when model.StartsWith("vitp_", StringComparison.Ordinal)
                    || model.StartsWith("vitc_", StringComparison.Ordinal) =>
                " (facebookresearch/pycls has released none)",
            _ when model.StartsWith("wrn_", StringComparison.Ordinal) =>
                " (szagoruyko/wide-residual-networks has none of this shape)",
            _ => "",
        };
}

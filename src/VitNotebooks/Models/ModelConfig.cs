using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp;
using VitNotebooks.Acceleration;
using VitNotebooks.Losses;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>
/// What a model is: everything that decides its shapes and its behaviour, and nothing else. Two equal records build
/// models with the same parameters; the record is stored in every checkpoint.
/// </summary>
/// <remarks>
/// A model of your own is a record that derives from this one and a class that derives from <see cref="VisionModel"/>;
/// <see cref="ModelFamilies.Register"/> lets it be stored. Members with a setter or a parameter are stored, others are not.
/// </remarks>
/// <param name="Name">Name of the model, e.g. <c>swin_tiny_patch4_window7_224</c>; a registered one or the user's own.</param>
/// <param name="ImageSize">Side of the square input image, in pixels.</param>
/// <param name="Channels">Channels of the input image.</param>
/// <param name="Classes">Number of classes.</param>
public abstract record ModelConfig(string Name, int ImageSize, int Channels, int Classes)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        IgnoreReadOnlyProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters =
        {
            ModelFamilies.Records,
            AuxiliaryLosses.Records,
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase),
        },
    };

    /// <summary>The losses that train with the model beside the classification, each under a name of its own; empty by default.</summary>
    public LossList Losses { get; init; } = [];

    /// <summary>A classifier of the user's own; null for the linear one.</summary>
    public ModelPart? Head { get; init; }

    /// <summary>Family of the model as its messages name it, e.g. <c>Swin</c>.</summary>
    public abstract string Family { get; }

    /// <summary>What the family calls a model of this shape, which need not tell everything; <see cref="Name"/> by default.</summary>
    protected virtual string ShapeName() => Name;

    /// <summary>
    /// The name of this model in this package: a registered one where the record is registered but for its classes, channels, losses and
    /// regularization; else the family's name of the shape, followed by whatever sets it apart from the registered model of that name,
    /// e.g. <c>vit_tiny_patch16_224.attention_locality</c>.
    /// </summary>
    public string StandardName() => ModelNames.Of(this, ShapeName());

    /// <summary>Side of <see cref="Features.Last"/>, in cells: the square map that the auxiliary losses take.</summary>
    public abstract int LastMapSide { get; }

    /// <summary>Channels of <see cref="Features.Last"/>.</summary>
    public abstract int LastMapWidth { get; }

    /// <summary>The shapes of <see cref="Features.Scales"/>, finest first: what a loss on all scales takes. One, the last map, where a model has
    /// no stages.</summary>
    public virtual IReadOnlyList<MapShape> Scales() => [new(LastMapWidth, LastMapSide)];

    /// <summary>Everything that keeps the model from being built, one sentence each; empty when it can be.</summary>
    public IReadOnlyList<string> Faults()
    {
        List<string> faults = [];
        if (string.IsNullOrWhiteSpace(Name))
        {
            faults.Add($"{Family}: the model has no name; give it one with Named(\"...\").");
        }

        Require(faults, "image", ImageSize, 1, 8192);
        Require(faults, "channels", Channels, 1, 1024);
        Require(faults, "classes", Classes, 1, 1_000_000);
        RequirePart(faults, Head);
        AddFaults(faults);
        foreach (var name in Losses.CountBy(loss => loss.Name).Where(n => n.Value > 1).Select(n => n.Key))
        {
            faults.Add(
                $"{Family}: {Losses.Count(loss => loss.Name == name)} losses are named '{name}', which their parameters' names begin with; "
                    + "keep one of them."
            );
        }

        if (faults.Count == 0)
        {
            faults.AddRange(Losses.SelectMany(loss => loss.Faults(this)));
        }

        return faults;
    }

    /// <summary>Builds the model with fresh weights.</summary>
    /// <exception cref="ModelConfigException">The configuration has faults; the message names all of them.</exception>
    /// <exception cref="InvalidOperationException">The model's class leaves out the losses of the configuration.</exception>
    public VisionModel Build()
    {
        var faults = Faults();
        if (faults.Count > 0)
        {
            throw new ModelConfigException(faults);
        }

        var model = Create();
        var attached = model.auxiliary_losses.Count;
        if (attached == Losses.Count)
        {
            return model;
        }

        model.Dispose();
        throw new InvalidOperationException(
            $"{Family}: {attached} of the {Losses.Count} losses of the configuration train with the model; "
                + $"call AttachLosses() once in the constructor of {model.GetType().Name}."
        );
    }

    /// <summary>Builds the model without starting weights: they hold nothing until <see cref="WeightLoading.TakeWeights(VisionModel, string,
    /// StateDictMap?)"/> gives them all. No memory is written to, and nothing is drawn from a generator.</summary>
    /// <param name="dtype">The type of the weights; null for the default one.</param>
    /// <remarks>With TorchSharp as the provider the weights are drawn all the same, which takes time but no memory beyond theirs. So they are where
    /// a module is of the user's own: it may start with more than its weights, and no file has that.</remarks>
    /// <exception cref="ModelConfigException">The configuration has faults; the message names all of them.</exception>
    public VisionModel BuildEmpty(ScalarType? dtype = null)
    {
        VisionModel model;
        using (EmptyWeights.Begin(dtype))
        {
            model = Build();
        }

        if (model.modules().Append(model).Any(ModelPart.IsOfTheUser))
        {
            model.Dispose();
            model = Build();
        }
        if (dtype is { } type)
        {
            model.to(type); // what is computed from numbers of another type, e.g. a mask
        }

        return model;
    }

    /// <summary>The record as indented JSON; <see cref="FromJson"/> reads it back.</summary>
    /// <exception cref="InvalidOperationException">The family, or a loss, is not registered; the message says how it is.</exception>
    public string ToJson() => JsonSerializer.Serialize<ModelConfig>(this, Json);

    /// <summary>Reads a record that <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="FormatException">
    /// The text is no configuration, or one of a family or loss that is not registered in this process; the message names it.
    /// </exception>
    public static ModelConfig FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<ModelConfig>(json, Json)
                ?? throw new FormatException("The model configuration is empty (null).");
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException)
        {
            throw new FormatException($"This is no model configuration: {fault.Message}", fault);
        }
    }

    /// <summary>SHA-256 of the JSON form, in hex: the identity of the model across processes and machines.</summary>
    public string Fingerprint() =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes<ModelConfig>(this, Json)));

    /// <summary>The same model for other data, under the name that it has then; a name that its user gave stays.</summary>
    /// <param name="classes">Number of classes; null where it stays.</param>
    /// <param name="imageSize">Side of the image, in pixels; null where it stays.</param>
    public ModelConfig Resized(int? classes = null, int? imageSize = null)
    {
        var config = this with { Classes = classes ?? Classes, ImageSize = imageSize ?? ImageSize };
        return config.ImageSize == ImageSize || Name != StandardName()
            ? config
            : config with
            {
                Name = config.StandardName(),
            };
    }

    /// <summary>
    /// The same model with at most so many blocks, in every stage where it has stages: everything that it is made of, at a fraction of
    /// what it costs, to try a large one out. Its name says so.
    /// </summary>
    /// <param name="blocks">How many blocks stay, at least 1.</param>
    public ModelConfig Shallow(int blocks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks, 1);
        var cut = WithDepth(blocks);
        return cut == this ? this : cut with { Name = $"{Name}.shallow{blocks}" };
    }

    /// <summary>The same model with at most so many blocks, in every stage where it has stages; by default, as it is.</summary>
    /// <param name="most">How many blocks stay, at least 1.</param>
    protected virtual ModelConfig WithDepth(int most) => this;

    /// <summary>Adds the faults that only this family can have, one sentence each; none by default.</summary>
    /// <param name="faults">The faults so far.</param>
    protected virtual void AddFaults(List<string> faults) { }

    /// <summary>Builds the model with fresh weights; called only when <see cref="Faults"/> finds nothing.</summary>
    protected abstract VisionModel Create();

    /// <summary>Adds a sentence when a part is named that this process cannot make.</summary>
    protected void RequirePart(List<string> faults, ModelPart? part)
    {
        if (part?.Fault is { } fault)
        {
            faults.Add($"{Family}: {fault}");
        }
    }

    /// <summary>Adds a sentence when a number is outside its range.</summary>
    protected void Require(List<string> faults, string what, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            faults.Add(
                $"{Family}: {what} {value} is not in {least}..{most}; nearest: {Math.Clamp(value, least, most)}."
            );
        }
    }

    /// <summary>Adds a sentence when a probability is outside [0, 1).</summary>
    protected void RequireRate(List<string> faults, string what, double value)
    {
        if (!(value is >= 0 and < 1))
        {
            faults.Add($"{Family}: {what} {value} is not in [0, 1); nearest: {(value < 0 ? 0 : 0.99)}.");
        }
    }

    /// <summary>Adds a sentence when the hidden width of the MLP is not at least one.</summary>
    protected void RequireMlpRatio(List<string> faults, double ratio, int embedDim)
    {
        if (!(ratio is > 0 and <= 64) || (int)(embedDim * ratio) < 1)
        {
            faults.Add($"{Family}: MLP ratio {ratio} is not in (0, 64] with a hidden width of at least 1; usual: 4.");
        }
    }

    /// <summary>Adds a sentence when the heads do not divide the width.</summary>
    protected void RequireHeads(List<string> faults, string where, int width, int heads)
    {
        if (heads < 1 || heads > width)
        {
            faults.Add(
                $"{Family}: {heads} heads{where} is not in 1..{width} (the width); nearest: {Math.Clamp(heads, 1, width)}."
            );
        }
        else if (width % heads != 0)
        {
            var legal = Enumerable
                .Range(1, width)
                .Where(h => width % h == 0)
                .OrderBy(h => Math.Abs(h - heads))
                .Take(2)
                .Order();
            faults.Add(
                $"{Family}: width {width}{where} is not a multiple of {heads} heads; nearest: {string.Join(", ", legal)} heads."
            );
        }
    }

    /// <summary>Adds a sentence when the image is not a multiple of the unit that the family cuts it into.</summary>
    /// <param name="faults">The faults so far.</param>
    /// <param name="unit">The unit, in pixels.</param>
    /// <param name="unitText">What it is made of, e.g. <c>patch 16</c>.</param>
    /// <param name="otherwise">What else would do, behind the nearest images, e.g. <c>, or window 7</c>.</param>
    protected void RequireMultiple(List<string> faults, int unit, string unitText, string otherwise = "")
    {
        if (ImageSize % unit == 0)
        {
            return;
        }

        var below = ImageSize / unit * unit;
        var nearest = below == 0 ? $"{unit}" : $"{below}, {below + unit}";
        faults.Add($"{Family}: image {ImageSize} is not a multiple of {unitText}; nearest: {nearest}{otherwise}.");
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using VitNotebooks.Data;

namespace VitNotebooks.Models;

/// <summary>What a file of this package says of its model beside the weights: configuration, class names and preprocessing.</summary>
internal sealed class CheckpointMetadata
{
    /// <summary>What the entry <c>format</c> of such a file says.</summary>
    public const string Format = "vitnotebooks-vision-1";

    /// <summary>How what is stored beside weights is written: indented, enums by name, NaN allowed.</summary>
    public static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly string _path;
    private readonly IReadOnlyDictionary<string, string> _entries;

    private CheckpointMetadata(string path, IReadOnlyDictionary<string, string> entries) =>
        (_path, _entries) = (path, entries);

    /// <summary>What a file says; null where it is none of this package's.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="entries">Its metadata.</param>
    public static CheckpointMetadata? In(string path, IReadOnlyDictionary<string, string> entries) =>
        entries.TryGetValue("format", out var format) && format == Format ? new(path, entries) : null;

    /// <summary>What a file with a model's weights has to say.</summary>
    /// <param name="model">The model.</param>
    public static Dictionary<string, string> Of(VisionModel model)
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["format"] = Format,
            ["model"] = model.Config.ToJson(),
            ["preprocessing"] = JsonSerializer.Serialize(model.Preprocessing, Json),
        };
        if (model.ClassNames is { } names)
        {
            entries["classes"] = JsonSerializer.Serialize(names);
        }

        return entries;
    }

    /// <summary>Whether a tensor is one that a run's checkpoint holds beside the weights: the optimizer's, the epoch's sums, the generators'.</summary>
    /// <param name="name">Its name.</param>
    public static bool IsBesideWeights(string name) =>
        name.StartsWith("optimizer.", StringComparison.Ordinal) || name.StartsWith("state.", StringComparison.Ordinal);

    /// <summary>What the model is; it may have faults, e.g. a part that is not defined in this process.</summary>
    /// <exception cref="WeightsException">The file does not say it, or names a family or a loss that is not registered in this process.</exception>
    public ModelConfig Config
    {
        get
        {
            try
            {
                return ModelConfig.FromJson(_entries["model"]);
            }
            catch (Exception fault) when (fault is FormatException or KeyNotFoundException)
            {
                throw new WeightsException($"{_path} names a model that cannot be built: {fault.Message}", fault);
            }
        }
    }

    /// <summary>Names of the losses that the weights were trained with; null where this process cannot read the configuration.</summary>
    public IReadOnlyList<string>? Losses
    {
        get
        {
            try
            {
                return [.. Config.Losses.Select(loss => loss.Name)];
            }
            catch (WeightsException)
            {
                return null;
            }
        }
    }

    /// <summary>The names of the classes, in the order of the logits; null where nobody has said.</summary>
    /// <exception cref="WeightsException">The entry is damaged.</exception>
    public IReadOnlyList<string>? ClassNames => Entry<string[]>("classes", JsonSerializerOptions.Default);

    /// <summary>What the model wants done to an image; null where the file does not say it.</summary>
    /// <exception cref="WeightsException">The entry is damaged.</exception>
    public Preprocessing? Preprocessing => Entry<Preprocessing>("preprocessing", Json);

    private T? Entry<T>(string key, JsonSerializerOptions options)
        where T : class
    {
        try
        {
            return _entries.TryGetValue(key, out var text) ? JsonSerializer.Deserialize<T>(text, options) : null;
        }
        catch (JsonException fault)
        {
            throw new WeightsException($"{_path} has damaged metadata: {fault.Message}", fault);
        }
    }
}

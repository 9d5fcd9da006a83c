using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;
using VitNotebooks.Data;
using VitNotebooks.Models;
using VitNotebooks.Training;
using static TorchSharp.torch;

namespace VitNotebooks.Evaluation;

/// <summary>
/// A model in one safetensors file: weights under the model's own names, and in the metadata its configuration, class names
/// and preprocessing, so that <see cref="Load"/> needs nothing but the path. A run's checkpoints are read too; what they hold
/// beside the weights (<c>optimizer.*</c>, <c>state.*</c>) is left out.
/// </summary>
public static class VisionCheckpoint
{
    private const string Format = "vitnotebooks-vision-1";

    /// <summary>Saves a model; the file is complete or absent, never half written.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">Path of the file, usually <c>*.safetensors</c>.</param>
    /// <exception cref="RunWriteException">The file cannot be written; an older one of the same name is still there.</exception>
    public static void Save(VisionModel model, string path) => Save(model, path, []);

    /// <summary>Saves a model with more text in the metadata.</summary>
    internal static void Save(VisionModel model, string path, Dictionary<string, string> more)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, string> metadata = Metadata(model);
        foreach ((string key, string value) in more)
        {
            metadata[key] = value;
        }
        CheckpointFile.Write(path, model.state_dict(), metadata, "What was there before is untouched.");
    }

    /// <summary>Rebuilds the model that was saved, with weights, class names and preprocessing, in evaluation mode.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The model.</returns>
    /// <exception cref="CheckpointMismatchException">The file is no checkpoint of this package, or is damaged.</exception>
    public static VisionModel Load(string path)
    {
        using var scope = NewDisposeScope();
        (Dictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata) = CheckpointFile.Read(path);
        if (
            !metadata.TryGetValue("format", out string? format)
            || !string.Equals(format, Format, StringComparison.Ordinal)
        )
        {
            throw new CheckpointMismatchException(
                $"{path} was not saved by this package (its metadata says format {format ?? "nothing"}, expected {Format}), so the model "
                    + "to build is unknown. Build the model yourself and load the weights into it with its own load call."
            );
        }
        VisionModel model;
        try
        {
            model = ModelConfig.FromJson(metadata["model"]).Build();
        }
        catch (Exception e) when (e is FormatException or ModelConfigException or KeyNotFoundException)
        {
            throw new CheckpointMismatchException($"{path} names a model that cannot be built: {e.Message}", e);
        }
        try
        {
            LoadInto(model, tensors, path);
            model.ClassNames = metadata.TryGetValue("classes", out string? classes)
                ? JsonSerializer.Deserialize<string[]>(classes)
                : null;
            if (metadata.TryGetValue("preprocessing", out string? preprocessing))
            {
                model.Preprocessing = JsonSerializer.Deserialize<Preprocessing>(preprocessing, TrainingJson.Options)!;
            }
        }
        catch (JsonException e)
        {
            model.Dispose();
            throw new CheckpointMismatchException($"{path} has damaged metadata: {e.Message}", e);
        }
        catch (CheckpointMismatchException)
        {
            model.Dispose();
            throw;
        }
        model.eval();
        return model;
    }

    /// <summary>Loads the weights of a file into a model that is built already.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">A file of <see cref="Save(VisionModel, string)"/> or a run's checkpoint.</param>
    /// <exception cref="CheckpointMismatchException">Names or shapes differ; the model is untouched.</exception>
    public static void LoadInto(VisionModel model, string path)
    {
        using var scope = NewDisposeScope();
        (Dictionary<string, Tensor> tensors, _) = CheckpointFile.Read(path);
        LoadInto(model, tensors, path);
    }

    internal static void LoadInto(VisionModel model, IReadOnlyDictionary<string, Tensor> tensors, string path)
    {
        Dictionary<string, Tensor> own = model.state_dict();
        List<string> faults = [];
        foreach ((string name, Tensor target) in own)
        {
            if (!tensors.TryGetValue(name, out Tensor? source))
            {
                faults.Add($"{name} is missing");
            }
            else if (!source.shape.AsSpan().SequenceEqual(target.shape))
            {
                faults.Add(
                    $"{name} is [{string.Join(", ", source.shape)}] there and [{string.Join(", ", target.shape)}] here"
                );
            }
        }
        faults.AddRange(
            tensors.Keys.Where(n => !own.ContainsKey(n) && !IsState(n)).Select(n => $"{n} is unknown here")
        );
        if (faults.Count > 0)
        {
            const int Shown = 5;
            string more = faults.Count > Shown ? $" and {faults.Count - Shown} more" : "";
            throw new CheckpointMismatchException(
                $"{path} does not fit the model {model.Config.Name}: {string.Join("; ", faults.Take(Shown))}{more}. The model is untouched."
            );
        }
        using var noGrad = no_grad();
        foreach ((string name, Tensor target) in own)
        {
            target.copy_(tensors[name]);
        }
    }

    /// <summary>What a file says about its model.</summary>
    internal static Dictionary<string, string> Metadata(VisionModel model)
    {
        Dictionary<string, string> metadata = new(StringComparer.Ordinal)
        {
            ["format"] = Format,
            ["model"] = model.Config.ToJson(),
            ["preprocessing"] = JsonSerializer.Serialize(model.Preprocessing, TrainingJson.Options),
        };
        if (model.ClassNames is { } names)
        {
            metadata["classes"] = JsonSerializer.Serialize(names);
        }
        return metadata;
    }

    /// <summary>How the model of a file differs from this one, as a sentence.</summary>
    internal static string Difference(VisionModel model, IReadOnlyDictionary<string, string> metadata)
    {
        List<string> differences = [];
        JsonNode? there = metadata.TryGetValue("model", out string? json) ? JsonNode.Parse(json) : null;
        RunIdentity.Compare("model", there, JsonNode.Parse(model.Config.ToJson()), differences);
        return differences.Count == 0
            ? "the models are the same, but data, recipe or seed differ."
            : string.Join("; ", differences.Take(6)) + ".";
    }

    private static bool IsState(string name) =>
        name.StartsWith("optimizer.", StringComparison.Ordinal) || name.StartsWith("state.", StringComparison.Ordinal);
}

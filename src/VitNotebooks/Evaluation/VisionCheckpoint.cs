using TorchSharp;
using VitNotebooks.Files;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Evaluation;

/// <summary>
/// A model in one safetensors file: weights under the model's own names, and in the metadata its configuration, class names
/// and preprocessing, so that <see cref="Load"/> needs nothing but the path. A run's checkpoints are read too; what they hold
/// beside the weights (<c>optimizer.*</c>, <c>state.*</c>) is left out.
/// </summary>
public static class VisionCheckpoint
{
    /// <summary>Saves a model; the file is complete or absent, never half written.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">Path of the file, usually <c>*.safetensors</c>.</param>
    /// <exception cref="IOException">The file cannot be written; an older one of the same name is still there.</exception>
    public static void Save(VisionModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        try
        {
            Safetensors.Save(path, model.state_dict(), CheckpointMetadata.Of(model));
        }
        catch (Exception e) when (DurableFile.IsWriteFailure(e))
        {
            throw new IOException(
                $"Could not write {path}: {e.Message.TrimEnd('.')}. What was there before is untouched.",
                e
            );
        }
    }

    /// <summary>Rebuilds the model that was saved, with weights, class names and preprocessing, in evaluation mode. The weights have the type that
    /// they have in the file, and there is never a second copy of them.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The model.</returns>
    /// <exception cref="WeightsException">
    /// The file was not saved by this package, its weights do not fit its own configuration or are no numbers, or this process does not know its
    /// family, a loss or a part of its model, which the message names.
    /// </exception>
    /// <exception cref="IOException">There is no such file, or it is damaged.</exception>
    public static VisionModel Load(string path)
    {
        using var scope = NewDisposeScope();
        using var source = WeightSource.Open(path);
        var own = source.Own ?? throw Foreign(path);
        VisionModel model;
        try
        {
            model = own.Config.BuildEmpty(source.Type);
        }
        catch (ModelConfigException e)
        {
            throw new WeightsException($"{path} holds a model that cannot be built here: {e.Message}", e);
        }
        try
        {
            WeightLoading.Take(model, source, map: null);
            model.ClassNames = own.ClassNames;
            model.Preprocessing = own.Preprocessing ?? model.Preprocessing;
        }
        catch
        {
            model.Dispose();
            throw;
        }
        model.eval();
        return model;
    }

    /// <summary>What model a file holds, without reading its weights. It may have faults here, e.g. a part that this process does not know.</summary>
    /// <param name="path">A file of <see cref="Save"/>, a run's checkpoint, or any other.</param>
    /// <returns>The configuration; null where the file was not saved by this package.</returns>
    /// <exception cref="WeightsException">The file names a family or a loss that is not registered in this process.</exception>
    /// <exception cref="IOException">There is no such file, or it is damaged.</exception>
    public static ModelConfig? ConfigOf(string path)
    {
        if (!Safetensors.IsSafetensors(path))
        {
            return null;
        }
        using var file = SafetensorsFile.Open(path);
        return CheckpointMetadata.In(path, file.Metadata)?.Config;
    }

    /// <summary>Loads the weights of a file into a model that is built already, as
    /// <see cref="WeightLoading.LoadWeights(VisionModel, string, StateDictMap?, ReadOnlySpan{string})"/> does.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">A file of <see cref="Save"/> or a run's checkpoint.</param>
    /// <returns>What was resampled and left out.</returns>
    /// <exception cref="WeightsException">A tensor is missing, unexpected, mis-shaped or not finite; the model is untouched.</exception>
    /// <exception cref="IOException">There is no such file, or it is damaged.</exception>
    public static LoadedWeights LoadInto(VisionModel model, string path) => model.LoadWeights(path);

    private static WeightsException Foreign(string path)
    {
        string? format = null;
        if (Safetensors.IsSafetensors(path))
        {
            using var file = SafetensorsFile.Open(path);
            format = file.Metadata.GetValueOrDefault("format");
        }
        return new WeightsException(
            $"{path} was not saved by this package (its metadata says format {format ?? "nothing"}, expected {CheckpointMetadata.Format}), so the "
                + "model to build is unknown. Build the model yourself and load the weights into it: model.LoadPretrained(path)."
        );
    }
}

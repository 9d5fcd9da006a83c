using TorchSharp;
using VitNotebooks.Data;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Evaluation;

/// <summary>Asks a model about a picture, with the preprocessing and class names that belong to the model.</summary>
public static class Predicting
{
    /// <summary>Classifies an image file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">A JPEG or PNG file of any size.</param>
    /// <param name="topK">How many classes to name, at least 1.</param>
    /// <returns>The likeliest classes.</returns>
    public static Prediction Predict(this VisionModel model, string path, int topK = 5) =>
        model.Predict(RgbImage.Load(path), topK);

    /// <summary>Classifies an image.</summary>
    /// <param name="model">The model; its training or evaluation mode is put back afterwards.</param>
    /// <param name="image">The image, of any size.</param>
    /// <param name="topK">How many classes to name, at least 1.</param>
    /// <returns>The likeliest classes.</returns>
    public static Prediction Predict(this VisionModel model, RgbImage image, int topK = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(topK, 1);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var training = model.training;
        model.eval();
        try
        {
            var pixels = model.Preprocessing.Apply(image);
            if (pixels.dim() == 3)
            {
                pixels = pixels.unsqueeze(0);
            }
            var probabilities = model.call(pixels.to(model.parameters().First().device)).softmax(1);
            var count = Math.Min(topK, model.Config.Classes);
            var (values, indices) = probabilities.squeeze(0).topk(count);
            var shares = values.cpu().data<float>().ToArray();
            var classes = indices.cpu().data<long>().ToArray();
            return new Prediction([.. shares.Select((p, i) => (Name(model, (int)classes[i]), (double)p))]);
        }
        finally
        {
            model.train(training);
        }
    }

    private static string Name(VisionModel model, int index) =>
        model.ClassNames is { } names && index < names.Count ? names[index] : $"class {index}";
}

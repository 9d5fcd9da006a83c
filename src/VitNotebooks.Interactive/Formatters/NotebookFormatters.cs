using Microsoft.DotNet.Interactive.Formatting;
using TorchSharp;
using VitNotebooks.Data;
using VitNotebooks.Evaluation;
using VitNotebooks.Experiments;
using VitNotebooks.Models;
using VitNotebooks.Training;

namespace VitNotebooks.Interactive;

/// <summary>The pictures of everything in VitNotebooks, for hosts that format with Microsoft.DotNet.Interactive.Formatting.</summary>
public static class NotebookFormatters
{
    /// <summary>Registers all of them; to be called once a process. Calling it again changes nothing.</summary>
    public static void Register()
    {
        Register<PngImage>(image => $"<img alt=\"{image.Width} x {image.Height} pixels\" src=\"{image.ToDataUri()}\">");
        Register<RgbImage>(DataFormatter.ToHtml);
        Register<VisionData>(DataFormatter.ToHtml);
        Register<DataPreview>(DataFormatter.ToHtml);
        Register<IEnumerable<PreviewSample>>(DataFormatter.ToHtml);
        Register<IEnumerable<RgbImage>>(images =>
            Charts.Images(images.Take(64).Select(i => (DataFormatter.Picture(i), ""))).ToHtml()
        );
        Register<VisionModel>(ModelFormatter.ToHtml, model => model.summary().ToString());
        Register<ModelSummary>(ModelFormatter.ToHtml);
        Register<TrainingRun>(RunFormatter.ToHtml);
        Register<ExperimentResult>(result => ComparisonFormatter.ToHtml(result.Table()));
        Register<ComparisonTable>(ComparisonFormatter.ToHtml);
        Register<CostOfLoss>(ComparisonFormatter.ToHtml);
        Register<PaperTable>(ComparisonFormatter.ToHtml);
        Register<Verdict>(verdict => HtmlBlock.Wrap($"<p>{Markup.Escape(verdict.ToString())}</p>"));
        Register<Prediction>(PredictionFormatter.ToHtml);
        Register<torch.Tensor>(TensorFormatter.ToHtml);
        Register<Exception>(ExceptionFormatter.ToHtml, e => $"{e.GetType().Name}: {e.Message}");
    }

    private static void Register<T>(Func<T, string> html, Func<T, string>? text = null)
    {
        Formatter.SetPreferredMimeTypesFor(typeof(T), "text/html");
        Formatter.Register<T>((value, writer) => writer.Write(html(value)), "text/html");
        var plain = text ?? (value => value?.ToString() ?? "");
        Formatter.Register<T>((value, writer) => writer.Write(plain(value)), "text/plain");
    }
}

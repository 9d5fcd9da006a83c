using VitNotebooks.Models;

namespace VitNotebooks.Interactive;

/// <summary>A model as the foldable tree of its summary, in the frame of our outputs.</summary>
internal static class ModelFormatter
{
    public static string ToHtml(VisionModel model) =>
        HtmlBlock.Wrap($"<h4>{Markup.Escape(model.Config.Name)}</h4>{model.summary().ToHtml()}");

    public static string ToHtml(ModelSummary summary) => HtmlBlock.Wrap(summary.ToHtml());
}
